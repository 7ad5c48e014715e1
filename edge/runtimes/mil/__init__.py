"""Evaluation of a saved Core ML ML program (.mlpackage) in numpy, for hosts that have no Core ML.

`package` reads the files, `plan` turns the program into a list of steps once, `execution` runs the steps, and
`operations` holds one small numpy function per MIL operation. Only `package` touches coremltools.
"""
