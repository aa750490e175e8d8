"""Times of PyTorch for the terms that the library computes: forward and backward by autograd, float32 on the GPU.

Reads lines of name, b and d, separated by tabs; writes a line with the versions, then lines of name, b, d and median microseconds.
Exit code 1 and a sentence if there is no PyTorch that can use a GPU.

usage: torch_times.py [--quick] < CASES > TIMES
"""

import statistics
import sys
import time

try:
    import torch
except ImportError as e:
    sys.exit(f"Python cannot import torch: {e}")
if not torch.cuda.is_available():
    sys.exit(f"torch {torch.__version__} finds no GPU")

QUICK = "--quick" in sys.argv
SECONDS = 0.2 if QUICK else 0.6  # that each case is measured, after half as long
BATCH_SECONDS = 0.01
LEAST_BATCHES, MOST_BATCHES = 3, 101
GAMMA = 2  # as in the library's own measurement; the time does not depend on it
TOLERANCE = 1e-3  # between float and double; a wrong formula is off by more


def variance(x):
    """The variance term of VICReg for one branch, in the steps of the official implementation."""
    x = x - x.mean(dim=0)
    std = torch.sqrt(x.var(dim=0) + 1e-4)
    return torch.relu(GAMMA - std).mean()


def covariance(x):
    """The covariance term of VICReg for one branch."""
    x = x - x.mean(dim=0)
    c = (x.T @ x) / (x.shape[0] - 1)
    return (c.square().sum() - c.diagonal().square().sum()) / x.shape[1]


def svdvals(x):
    """The mean singular value; rows are not normalised, which SVMax does besides."""
    return torch.linalg.svdvals(x).mean()


def nuclear(x):
    """The same by the nuclear norm."""
    return torch.linalg.matrix_norm(x, "nuc") / min(x.shape)


TERMS = {f.__name__: f for f in (variance, covariance, svdvals, nuclear)}


def batch(step, calls):
    start = time.perf_counter()
    for _ in range(calls):
        step()
    torch.cuda.synchronize()
    return time.perf_counter() - start


def median(step):
    """Seconds a call, measured as the library is: calls one after the other, one wait for a batch of them."""
    start, calls = time.perf_counter(), 1
    batch(step, calls)
    while time.perf_counter() - start < SECONDS / 2:
        if batch(step, calls) < BATCH_SECONDS:
            calls *= 2
    start, times = time.perf_counter(), []
    while len(times) < LEAST_BATCHES or (time.perf_counter() - start < SECONDS and len(times) < MOST_BATCHES):
        times.append(batch(step, calls) / calls)
    return statistics.median(times)


def measure(term, b, d):
    generator = torch.Generator(device="cuda").manual_seed(b * 1_000_003 + d)
    x = torch.randn(b, d, device="cuda", generator=generator, requires_grad=True)

    def step():
        x.grad = None
        value = term(x)
        value.backward()
        return value

    expected = term(x.detach().double()).item()
    if not abs(step().item() - expected) <= TOLERANCE * abs(expected):
        raise ArithmeticError(f"{term.__name__} {b}x{d} is {step().item()}, in double {expected}")
    return median(step)


print(f"PyTorch {torch.__version__} (CUDA {torch.version.cuda})")
for line in sys.stdin:
    name, b, d = line.split()
    print(name, b, d, f"{1e6 * measure(TERMS[name], int(b), int(d)):.4g}", sep="\t", flush=True)
