"""Lines of a file descriptor, read no further ahead than a few, and given up when the process is told to stop."""

import os
import select
from dataclasses import dataclass

from edge.errors import InputError
from edge.stream.stop import Stop

# Bytes read at once: as far as the input is ever read ahead of the line that is worked on.
READ_AHEAD = 4096

# Bytes in a line without its end. No artifact reads more than a few thousand tokens of a text.
LONGEST_LINE = 1 << 20


@dataclass(frozen=True)
class Line:
    """One line.

    Attributes
    ----------
    number
        Counted from 1.
    content
        Its bytes without the line feed; None if there were more than `LONGEST_LINE`, which are not kept.
    """

    number: int
    content: bytes | None


class LineReader:
    """Reads lines; the last one may lack its line feed.

    Parameters
    ----------
    source
        File descriptor: a pipe, a socket, a terminal or a file.
    stop
        Ends the lines once it is set.
    """

    def __init__(self, source: int, stop: Stop) -> None:
        self._source = source
        self._stop = stop
        self._bytes = bytearray()
        self._searched = 0
        self._too_long = False
        self._ended = False
        self._number = 0

    def read(self, wait: bool) -> Line | None:
        """Return the next line.

        Parameters
        ----------
        wait
            Whether to wait until a whole line has come.

        Returns
        -------
        Line or None
            None where the input has ended, where the process was told to stop, and, without `wait`, where no whole
            line is there.

        Raises
        ------
        InputError
            If the input cannot be read.
        """
        while self._stop.signal is None:
            end = self._bytes.find(b"\n", self._searched)
            if end >= 0:
                return self._take(end, end + 1)
            self._searched = len(self._bytes)
            if self._searched > LONGEST_LINE:
                self._too_long = True
                self._forget(self._searched)
            if self._ended:
                return self._take(self._searched, self._searched) if self._bytes or self._too_long else None
            if not self._is_readable(wait):
                return None
            self._fill()
        return None

    def _take(self, end: int, next_line: int) -> Line:
        self._number += 1
        content = None if self._too_long or end > LONGEST_LINE else bytes(self._bytes[:end])
        self._too_long = False
        self._forget(next_line)
        return Line(self._number, content)

    def _forget(self, count: int) -> None:
        del self._bytes[:count]
        self._searched = 0

    def _is_readable(self, wait: bool) -> bool:
        while self._stop.signal is None:
            ready, _, _ = select.select([self._source, self._stop.descriptor], [], [], None if wait else 0)
            if self._stop.descriptor in ready:
                # Its handler has run by the next look at it; other signals are none of ours.
                self._stop.acknowledge()
            elif ready:
                return True
            elif not wait:
                return False
        return False

    def _fill(self) -> None:
        try:
            read = os.read(self._source, READ_AHEAD)
        except BlockingIOError:
            # Somebody else read from the same pipe in between.
            return
        except ConnectionError:
            # The other end of a socket went away without a word; nobody is there for an answer either.
            read = b""
        except OSError as error:
            raise InputError(f"stdin: cannot be read ({error.strerror}); give a pipe, a socket or a file") from error
        self._bytes += read
        self._ended = not read
