"""The all-convolutional generator: how positions double, and its batch statistics."""

import torch

from textgan.networks.generators.dcgan import DcganGenerator


def generator(T, **options):
    torch.manual_seed(0)
    size = {"noise": 8, "width": 8, "blocks": 1}
    return DcganGenerator(
        length=T, emittable=torch.ones(7, dtype=torch.bool), **size | options
    ).eval()


def test_dcgan_starts_from_three_or_four_positions_and_doubles_until_the_text_is_covered():
    for T, start, doublings in (
        (4, 4, 0),
        (5, 3, 1),
        (8, 4, 1),
        (10, 3, 2),
        (31, 4, 3),
        (32, 4, 3),
        (33, 3, 4),
    ):
        network = generator(T)
        assert (network.start, len(network.upsample)) == (start, doublings)
        widths = [norm.num_features for norm in network.norms]
        assert widths == [8 * 4, 8 * 4, 8 * 4, 8 * 2, 8][4 - doublings :]


def test_dcgan_takes_the_statistics_of_the_batch_to_train_and_their_running_means_to_write():
    network, z = generator(8), torch.randn(1024, 8)
    for norm in network.norms:
        norm.momentum = 1.0  # the running mean is that of the last batch
    network.train()
    trained = network(z)
    assert (trained[:8] - network(z[:8])).abs().max() > 0.01
    network(z)
    network.eval()
    torch.testing.assert_close(network(z), trained, atol=1e-3, rtol=1e-3)
    torch.testing.assert_close(network(z[:8]), trained[:8], atol=1e-3, rtol=1e-3)
