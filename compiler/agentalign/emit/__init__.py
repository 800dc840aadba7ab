"""Emission: good records into a dataset folder, and a folder checked on its own.

A folder with a manifest is complete. While it is being written, everything lies under `.partial`, where a killed run is
taken up by the next one; the finished files are then moved into place one by one, the manifest last. The bytes depend
on the spec, the dataset, its seed and its size, and on nothing else: no time, no path, no number of workers.

Rows are appended as bytes that workers have packed (`Packer`). Another format is an exporter from the lines of a
finished folder to a file of its own.
"""

from agentalign.emit.job import Job
from agentalign.emit.layout import REPLIES
from agentalign.emit.manifest import FileFacts, Manifest
from agentalign.emit.packing import Drop, Packed, Packer, Row
from agentalign.emit.repeats import Repeats
from agentalign.emit.verify import Located, Verification, verify
from agentalign.emit.writer import Emitted, Writer, emit, open_output

__all__ = [
    "REPLIES",
    "Drop",
    "Emitted",
    "FileFacts",
    "Job",
    "Located",
    "Manifest",
    "Packed",
    "Packer",
    "Repeats",
    "Row",
    "Verification",
    "Writer",
    "emit",
    "open_output",
    "verify",
]
