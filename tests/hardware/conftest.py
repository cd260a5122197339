"""What tests of hardware need: torch's own settings, put back."""

import pytest
import torch


@pytest.fixture
def backends():
    """torch.backends; what a test changes there, and the threads, is put back."""
    products, convolutions = torch.backends.cuda.matmul, torch.backends.cudnn
    before = products.allow_tf32, convolutions.allow_tf32, convolutions.deterministic
    threads = torch.get_num_threads()
    yield torch.backends
    products.allow_tf32, convolutions.allow_tf32, convolutions.deterministic = before
    torch.set_num_threads(threads)
