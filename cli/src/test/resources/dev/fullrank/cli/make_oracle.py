"""Writes oracle.json: what NumPy computes, in double and from the singular value decomposition, for the sample of fullrank demo.

Run by hand in this folder; needs numpy.
"""
import json

import numpy as np

SAMPLE = "../../../../../main/resources/dev/fullrank/cli/demo/"


def report(z):
    n, d = z.shape
    k = min(n, d)
    s = np.linalg.svd(z, compute_uv=False)
    frobenius = np.linalg.norm(z)
    mean, low, high = s.mean(), frobenius / k, frobenius / np.sqrt(k)
    p = s / s.sum()
    eigenvalues = s**2
    i = np.arange(10, min(100, k)) + 1.0  # alpha-ReQ: log eigenvalue against log index in [10, 100), weights 1/i
    slope = np.polyfit(np.log(i), np.log(eigenvalues[10:100]), 1, w=1 / np.sqrt(i))[0]
    std = z.std(0, ddof=1)
    c = np.cov(z, rowvar=False)
    r = np.corrcoef(z, rowvar=False)
    off = ~np.eye(d, dtype=bool)
    return {
        "rows": n,
        "cols": d,
        "meanSingularValue": mean,
        "lowerBound": low,
        "upperBound": high,
        "utilisation": (mean - low) / (high - low),
        "effectiveRank": np.exp(-(p * np.log(p)).sum()),
        "rankMe": np.exp(-((p + 1e-7) * np.log(p + 1e-7)).sum()),
        "stableRank": frobenius**2 / s[0] ** 2,
        "participationRatio": eigenvalues.sum() ** 2 / (eigenvalues**2).sum(),
        "conditionNumber": s[0] / s[-1],
        "alphaReQ": -slope,
        "varianceHinge": np.maximum(0, 1 - np.sqrt(std**2 + 1e-4)).mean(),
        "covariancePenalty": (c[off] ** 2).sum() / d,
        "maxAbsOffDiagonalCorrelation": np.abs(r[off]).max(),
        "deadDimensions": [],
        "singularValues": s.tolist(),
        "std": std.tolist(),
    }


oracle = {}
for name in ("contrastive", "svmax"):
    z = np.load(f"{SAMPLE}fashion-mnist-{name}.npy").astype(np.float64)
    oracle[name] = {"raw": report(z), "normalized": report(z / np.linalg.norm(z, axis=1, keepdims=True))}
json.dump(oracle, open("oracle.json", "w"), indent=1)
