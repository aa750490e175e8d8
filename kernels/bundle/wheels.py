"""Looks for CUDA in Python's packages: prints the folders of its libraries, joined by colons, then the path of compute-sanitizer.

A line is empty if there is no such thing. The folders hold cuBLAS and cuSOLVER of one version of CUDA, 12 or 13, at least.
"""

import glob
import os
import sys

NEEDED = (
    ("libcublas.so.13", "libcusolver.so.12", "libcusolverMg.so.12"),
    ("libcublas.so.12", "libcusolver.so.11", "libcusolverMg.so.11"),
)

try:
    import nvidia

    packages = [os.path.abspath(path) for path in nvidia.__path__]
except ImportError:
    packages = []
# Wheels have a folder for each library, or one for each version of CUDA; conda puts all into one.
folders = [folder for package in packages for folder in sorted(glob.glob(package + "/*/lib"))] + [sys.prefix + "/lib"]


def complete(libraries):
    return all(any(os.path.exists(os.path.join(folder, library)) for folder in folders) for library in libraries)


print(":".join(folders) if any(complete(libraries) for libraries in NEEDED) else "")
tools = [tool for package in packages for tool in sorted(glob.glob(package + "/*/bin/compute-sanitizer"))]
print(next((tool for tool in tools if os.access(tool, os.X_OK)), ""))
