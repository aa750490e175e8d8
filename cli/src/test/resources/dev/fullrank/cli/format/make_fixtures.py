"""Writes the small files beside this one with the libraries that people use. Run by hand; needs numpy, pyarrow, safetensors.

The matrix is always 5x3 with element (i, j) = (3 i + j + 1) / 8, which every float type holds exactly.
"""
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.lib import format as npy
from safetensors.numpy import save_file

a = (np.arange(15).reshape(5, 3) + 1) / 8


def write_npy(name, array, version=None):
    with open(name, "wb") as f:
        npy.write_array(f, array, version=version)


for dtype in ("<f4", "<f8", "<f2", ">f4", ">f8", ">f2"):
    write_npy(f"{'big' if dtype[0] == '>' else 'little'}-{dtype[1:]}.npy", a.astype(dtype))
write_npy("fortran.npy", np.asfortranarray(a.astype("<f4")))
write_npy("version2.npy", a.astype("<f4"), (2, 0))
write_npy("version3.npy", a.astype("<f4"), (3, 0))
write_npy("objects.npy", np.array([[1, "x"], [None, 2]], dtype=object))
write_npy("records.npy", np.zeros(3, dtype=[("x", "<f4"), ("y", "<f4")]))
write_npy("integers.npy", np.arange(6).reshape(2, 3))
write_npy("vector.npy", np.arange(6.0))
write_npy("cube.npy", np.zeros((2, 3, 4), "<f4"))
write_npy("no-rows.npy", np.zeros((0, 4), "<f4"))

np.savez("stored.npz", embeddings=a.astype("<f4"), labels=np.arange(5))
np.savez_compressed("deflated.npz", embeddings=a.astype("<f4"), labels=np.arange(5))
np.savez_compressed("two.npz", first=a.astype("<f4"), second=2 * a, fortran=np.asfortranarray(4 * a))

save_file({"embeddings": a.astype("<f4"), "bias": np.zeros(3, "<f4")}, "one.safetensors", metadata={"made": "by hand"})
save_file({"f64": a, "f32": 2 * a.astype("<f4"), "f16": 4 * a.astype("<f2"), "ids": np.arange(6).reshape(2, 3)}, "four.safetensors")

f32 = pa.array([row.astype("f4").tolist() for row in a], pa.list_(pa.float32()))
f64 = pa.array([(2 * row).tolist() for row in a], pa.list_(pa.float64()))
fixed = pa.FixedSizeListArray.from_arrays(pa.array(a.astype("f4").ravel()), 3)
ids = pa.array(range(5))
for codec in ("none", "snappy", "gzip", "zstd"):
    pq.write_table(pa.table({"id": ids, "embedding": f32}), f"{codec}.parquet", compression=codec)
pq.write_table(pa.table({"small": f32, "large": f64}), "two.parquet", compression="none")
pq.write_table(pa.table({"embedding": fixed}), "fixed.parquet", row_group_size=2, data_page_version="2.0", write_page_index=True)
pq.write_table(pa.table({"id": ids}), "no-list.parquet")
pq.write_table(pa.table({"embedding": pa.array([[1.0, 2.0], [3.0], [4.0, 5.0]], pa.list_(pa.float32()))}), "ragged.parquet")
pq.write_table(pa.table({"embedding": pa.array([[1.0, 2.0], None, [4.0, 5.0]], pa.list_(pa.float32()))}), "missing.parquet")
pq.write_table(pa.table({"embedding": pa.array([[1.0, 2.0], [3.0, None]], pa.list_(pa.float32()))}), "null.parquet")

# 25 million equal numbers in one page: two kilobytes that would take 300 MB to decode.
zeros = pa.FixedSizeListArray.from_arrays(pa.array(np.zeros(400_000 * 64, "f4")), 64)
pq.write_table(
    pa.table({"embedding": zeros}),
    "bomb.parquet",
    compression="gzip",
    row_group_size=400_000,
    data_page_size=1 << 30,
    max_rows_per_page=400_000,
    write_batch_size=400_000,
    write_statistics=False,
    store_schema=False,
)
