"""Case studies: a GAN on a real task, beside n-gram samplers and a recurrent network.

python -m benchmarks.case_studies NAME
"""
