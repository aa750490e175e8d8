"""PyTorch's results and times for the terms that the library computes, by autograd on the GPU.

The first line that it writes says which versions these are; then it reads commands and answers each with a line:

    prepare TERM TYPE DIRECTION COUNT B D FILE   prepared VALUE SECONDS
    time SECONDS                                 timed MEDIAN LOWER UPPER BATCHES CALLS

TYPE is float32 or float64, DIRECTION forward or backward, which is both. FILE holds COUNT matrices of B rows and D columns; VALUE is the sum
of their values, and the gradient is written to FILE.gradient. What was prepared is then timed, quartiles are of seconds a call. The value
of a forward step comes to the host, after a backward step nobody asks for it. A command that cannot be done is answered by "failed" and why.

usage: torch_times.py DEVICE GAMMA       exit code 1 and a sentence if there is no PyTorch that can use a GPU
"""

import ctypes
import statistics
import sys
import time
from pathlib import Path

try:
    import torch
except ImportError as e:
    sys.exit(f"Python cannot import torch: {e}")
if not torch.cuda.is_available():
    sys.exit(f"torch {torch.__version__} finds no GPU")

DEVICE = torch.device(sys.argv[1])
GAMMA = float(sys.argv[2])
EPSILON = 1e-4
BATCH_SECONDS = 0.01  # beside which a wait does not count
LEAST_BATCHES, MOST_BATCHES = 3, 101


def variance(x):
    """The variance term of VICReg for one branch, in the steps of the official implementation."""
    x = x - x.mean(dim=0)
    std = torch.sqrt(x.var(dim=0) + EPSILON)
    return torch.relu(GAMMA - std).mean()


def covariance(x):
    """The covariance term of VICReg for one branch."""
    x = x - x.mean(dim=0)
    c = (x.T @ x) / (x.shape[0] - 1)
    return (c.square().sum() - c.diagonal().square().sum()) / x.shape[1]


def svdvals(x):
    """The mean singular value, of many matrices their sum."""
    return torch.linalg.svdvals(x).mean(dim=-1)


def nuclear(x):
    """The same by the nuclear norm."""
    return torch.linalg.matrix_norm(x, "nuc") / min(x.shape[-2:])


TERMS = {f.__name__: f for f in (variance, covariance, svdvals, nuclear)}


def total(values):
    return values.sum() if values.dim() > 0 else values


def forward(term, x):
    with torch.no_grad():
        return total(term(x)).item()


def backward(term, x):
    x.grad = None
    value = total(term(x))
    value.backward()
    return value.detach()


def prepare(term, kind, direction, count, b, d, file):
    """A step on the numbers of a file, done twice: what is loaded first is not timed."""
    numbers = torch.frombuffer(bytearray(Path(file).read_bytes()), dtype=getattr(torch, kind))
    shape = (int(b), int(d)) if int(count) == 1 else (int(count), int(b), int(d))
    x = numbers.reshape(shape).to(DEVICE).requires_grad_(direction == "backward")

    def step():
        return {"forward": forward, "backward": backward}[direction](TERMS[term], x)

    step()
    torch.cuda.synchronize(DEVICE)
    start = time.perf_counter()
    value = float(step())
    torch.cuda.synchronize(DEVICE)
    seconds = time.perf_counter() - start
    if direction == "backward":
        gradient = x.grad.cpu().contiguous()
        Path(file + ".gradient").write_bytes(ctypes.string_at(gradient.data_ptr(), gradient.numel() * gradient.element_size()))
    return step, f"prepared {value!r} {seconds!r}"


def batch(step, calls):
    """Seconds that the device needs for calls one after the other, from an event before them to one behind them."""
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    start.record()
    for _ in range(calls):
        step()
    end.record()
    end.synchronize()
    return start.elapsed_time(end) / 1e3


def measure(step, seconds):
    """As the library is measured: half as long to warm up, then batches of calls."""
    start, calls = time.perf_counter(), 1
    batch(step, calls)
    while time.perf_counter() - start < seconds / 2:
        if batch(step, calls) < BATCH_SECONDS:
            calls *= 2
    start, times = time.perf_counter(), []
    while len(times) < LEAST_BATCHES or (time.perf_counter() - start < seconds and len(times) < MOST_BATCHES):
        times.append(batch(step, calls) / calls)
    times.sort()
    n = len(times)
    return f"timed {statistics.median(times)!r} {times[n // 4]!r} {times[n - 1 - n // 4]!r} {n} {calls}"


def answers():
    with torch.cuda.device(DEVICE):
        yield f"PyTorch {torch.__version__} (CUDA {torch.version.cuda})"
        step = None
        for line in sys.stdin:
            verb, *words = line.rstrip("\n").split(" ", 7)
            try:
                if verb == "prepare":
                    step = None  # its memory is free before the next one is made
                    step, answer = prepare(*words)
                else:
                    answer = measure(step, float(words[0]))
            except RuntimeError as e:  # out of memory, no convergence
                answer = "failed " + str(e).strip().partition("\n")[0]
            yield answer


for each in answers():
    print(each, flush=True)
