"""Settings shared by all tests."""

from hypothesis import settings

# The same examples on every machine and in every run; no deadline, for slow and busy machines.
settings.register_profile("softmax_lab", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("softmax_lab")
