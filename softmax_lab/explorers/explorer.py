"""What all explorers share on the Python side."""

import anywidget
from ipywidgets import widget_serialization
from traitlets import Dict, Instance, TraitError, Unicode

from softmax_lab.explorers.modules import LOADER, Modules, shared_modules

# Below the state, for a view that shows neither a widget nor a picture.
WHERE_IT_MOVES = (
    "An explorer, to be dragged: it lives where widgets run, as in JupyterLab "
    "(https://jupyter.org/install), and in a page exported with its state."
)


class Explorer(anywidget.AnyWidget):
    """A widget that computes and draws in the browser and keeps its state in traits.

    A subclass names its JavaScript ``_module`` and the ``parameters`` that describe its state.
    ``value`` is the state as a dict, which is what ``ipywidgets.interactive_output`` follows.
    """

    parameters = ()

    _esm = LOADER.read_text(encoding="utf-8")
    _module = Unicode().tag(sync=True)
    _modules = Instance(Modules).tag(sync=True, **widget_serialization)
    _initial = Dict().tag(sync=True)  # where the reset button returns to

    value = Dict(read_only=True)

    def __init__(self, **state):
        super().__init__(_modules=shared_modules(), **state)
        self.observe(self._keep_value, self.parameters)
        self._keep_value()
        self._initial = self.value

    def _keep_value(self, change=None):
        self.set_trait("value", {name: getattr(self, name) for name in self.parameters})

    def reset(self):
        """Return to the state it was made with."""
        with self.hold_sync(), self.hold_trait_notifications():
            for name in self.parameters:
                setattr(self, name, self._initial[name])

    def set_state(self, sync_data):
        """Take a message from the page; one that does not fit is answered with what holds here."""
        try:
            super().set_state(sync_data)
        except TraitError:
            self.send_state()
            raise

    def notify_change(self, change):
        """Tell the page in one message of a change and of all that Python changes with it."""
        with self.hold_sync():
            super().notify_change(change)

    def get_state(self, key=None, drop_defaults=False):
        """The whole state: a page without a kernel does not know the defaults."""
        return super().get_state(key, drop_defaults=False)

    def __repr__(self):
        state = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.parameters)
        return f"{type(self).__name__}({state})"

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        return data | {"text/plain": f"{self!r}\n{WHERE_IT_MOVES}"}, metadata
