"""A model in the layouts that others read: a `transformers` folder, or ONNX files for ONNX Runtime.

What is written is loaded again and compared with the original before it is moved into place.
"""
