"""Lists of one length: one of them says how long they are, and the others follow it."""

from contextlib import contextmanager

from traitlets import Bunch, Dict

from softmax_lab.explorers.explorer import Explorer
from softmax_lab.explorers.state import Number, StateError


class Count(Number):
    """How many there are of a list: its length, and stored nowhere else."""

    def __init__(self, counted, *bounds):
        self.counted = counted
        super().__init__(*bounds)

    def get(self, obj, cls=None):
        """The length of the list as it is."""
        return len(getattr(obj, self.counted))

    def set(self, obj, value):
        """Cut the list off, or continue it; what is as long as it follows."""
        now = getattr(obj, self.counted)
        longest = now + obj._longest[self.counted][len(now) :]
        setattr(obj, self.counted, longest[: self._validate(obj, value)])


class CountedExplorer(Explorer):
    """An explorer with lists of one length.

    A subclass makes ``n`` the `Count` of one of them, names the others as ``_followers``, and says
    in ``_followed`` what becomes of one when n has changed, in ``_other_length`` what is wrong with
    one that is longer or shorter.
    """

    _followers = ()
    _longest = Dict().tag(sync=True)  # lists as they go on when there are more

    def notify_change(self, change):
        """Where the number has changed: the list that is counted first, then n and what follows."""
        counted = type(self).n.counted
        n, before = self.n, len(change.old or ()) if change.name == counted else 0
        if before in (0, n):  # 0 while the traits are first set
            super().notify_change(change)
        elif all(len(getattr(self, name)) == n for name in self._followers):
            with self.hold_sync():
                super().notify_change(change)
                self.notify_change(Bunch(name="n", old=before, new=n, owner=self, type="change"))
        else:
            with self.hold_sync(), _following(self), self.hold_trait_notifications():
                self.notify_change(change)
                for name in self._followers:
                    if len(getattr(self, name)) != n:
                        setattr(self, name, self._followed(name, before))

    def _as_many(self, proposal):
        """A follower that is set, which has to be as long as the list that is counted."""
        name, value = proposal.trait.name, proposal.value
        # Where the other is too long or too short, it is refused, whichever is looked at first.
        if not type(self).n.low <= self.n <= type(self).n.high:
            return value
        if self._keeps(name):
            return getattr(self, name)
        if len(value) != self.n:
            raise StateError(self._other_length(name, value, self.n))
        return value

    def _keeps(self, name):
        """Whether a list stays: the one that is sent is what a linked explorer made of its own."""
        return _follower not in (None, self) and len(getattr(self, name)) == self.n


_follower = None


@contextmanager
def _following(explorer):
    """While an explorer continues its lists; one that is linked to it keeps those it has."""
    global _follower
    before, _follower = _follower, explorer
    try:
        yield
    finally:
        _follower = before
