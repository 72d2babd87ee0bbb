"""How fast is our engine beside R and the Python libraries? One command: `make bench`."""

import os

# One thread each, decided before NumPy is imported: a fair race and a repeatable one.
for _library in ("OPENBLAS", "OMP", "MKL", "NUMBA", "NUMEXPR"):
    os.environ[f"{_library}_NUM_THREADS"] = "1"
