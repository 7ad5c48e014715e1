"""Ways from a checkpoint to something that runs: one file each.

A route module has ``build(request, directory)``, which writes into the empty folder `directory` and returns what it
built by the contestant's name. `benchmarks.routes.sources` says whose code shapes it.
"""
