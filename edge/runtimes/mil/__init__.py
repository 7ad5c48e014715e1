"""Evaluation of a saved Core ML ML program (.mlpackage) in numpy, for hosts that have no Core ML.

`package` reads the files, `plan` turns a function of the program into a list of steps once, `execution` runs the steps,
and `operations` holds one small numpy function per MIL operation. `hazards` looks for what breaks on devices, and
`layer_values` for the first layer that computes something else than the model. Only `package` touches coremltools.
"""
