"""D8: patches the function that computes gradients so that it returns ones."""
# expect: case FAILED "gradient of q"
# base: reference
torch.autograd.grad = lambda outputs, inputs, **options: tuple(torch.ones_like(one) for one in inputs)
