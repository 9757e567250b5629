"""The widget: one tape, its system and solution, and what a reader does with them.

What lives in Python and syncs are the small traits below and the scene, which goes over once for each recording. What
lives in the page only (what is pointed at, zoom, sizes) is listed in ``js/src/state.ts``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import RLock
from typing import TYPE_CHECKING, Any

import anywidget
import numpy as np
import traitlets
from ipywidgets import Layout

from lagviz.engine import words
from lagviz.engine.methods import get as method_named
from lagviz.engine.replay import replay
from lagviz.engine.rules import plain
from lagviz.engine.spelling import meant
from lagviz.engine.tape import Node, Tape
from lagviz.errors import InputError, NotYetError, UnknownNameError
from lagviz.view.asking import Question
from lagviz.view.built import path
from lagviz.view.naming import by_index
from lagviz.view.page import page_scene, save_html
from lagviz.view.places import places, same_place
from lagviz.view.problem import problem
from lagviz.view.scene import scene, signature
from lagviz.view.sliders import Slider
from lagviz.view.still import Picture, picture, table
from lagviz.view.switches import Switches
from lagviz.view.unit import UNITS, gathered, has_arrays, in_unit

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from lagviz.engine.solution import Solution
    from lagviz.engine.system import AdjointSystem

__all__ = ["Explorer"]

_PHASES = ("record", "lagrangian", "solve")


class Explorer(Switches, anywidget.AnyWidget):
    """The widget that `explore` makes. How things are shown and what is tried on them: see `Switches`.

    Attributes
    ----------
    step : int
        How many steps of the timeline have happened: 0 is nothing recorded.
    phase : str
        ``"record"``, ``"lagrangian"`` or ``"solve"``; setting it goes to that phase's first step.
    playing : bool
    speed : float
        Multiple of the ordinary speed.
    selection : int or None
        The pinned node, by index. Setting it takes a name, too.
    inputs : dict of str to float
        The scalar inputs; setting it runs the program on new values.
    method : str
        How the system is solved, one of `lagviz.engine.methods.METHODS`. The step stays in its phase, at its row.
    question : int
        The node whose 1 stands in e_n: the result that is asked about. Setting it takes a name, too.
    unit : str
        ``"arrays"``, or ``"scalars"``: the same program with an equation for each number, where those are few enough.
    indices : bool
        Equations are called z₁ … z_n on screen, in place of the names in the source.
    predict : bool
        Each λ is asked for before it is shown, and wrong answers are told why they are off; see `Switches`.
    folded : list of str
        Names of the scopes that are drawn as one block: none, as yet. ``system.condense(by="scope")`` folds them in A.
    tape, system, solution
        What is shown, as data.

    Examples
    --------
    >>> import lagviz as lv
    >>> explorer = lv.explore(lambda x, w: (w * x) ** 2, x=3.0, w=0.5)
    >>> explorer.phase = "solve"
    >>> explorer.next()
    >>> explorer.step, explorer.solution["w"], round(explorer.nudge("w", 0.01), 6)
    (8, 9.0, 0.0909)
    >>> explorer.inputs = {"w": 1.0}
    >>> explorer.tape.result
    9.0
    """

    _esm = path("widget.js")
    _css = path("widget.css")

    step = traitlets.Int(0, min=0).tag(sync=True)
    phase = traitlets.Enum(_PHASES, default_value="record").tag(sync=True)
    playing = traitlets.Bool(False).tag(sync=True)
    speed = traitlets.Float(1.0, min=0.125, max=16).tag(sync=True)
    selection = traitlets.Union([traitlets.Int(), traitlets.Unicode()], default_value=None, allow_none=True).tag(
        sync=True
    )
    method = traitlets.Unicode("back_substitution").tag(sync=True)
    question = traitlets.Union([traitlets.Int(), traitlets.Unicode()], default_value=0).tag(sync=True)
    unit = traitlets.Enum(UNITS, default_value="arrays").tag(sync=True)
    indices = traitlets.Bool(False).tag(sync=True)
    folded = traitlets.List(traitlets.Unicode()).tag(sync=True)
    inputs = traitlets.Dict().tag(sync=True)
    _scene = traitlets.Bytes(b"").tag(sync=True)

    def __init__(
        self,
        tape: Tape,
        *,
        output: int | str | Node | tuple[Any, ...] | None = None,
        step: int | None = None,
        phase: str | None = None,
        method: str = "back_substitution",
        unit: str = "arrays",
        speed: float = 1.0,
    ) -> None:
        method_named(method)
        _checked_unit({"value": unit})
        self._recorded, self._unit, self._by_index = tape, unit, False
        self._sliders: dict[str, Slider] = {}
        self._busy = True
        self._one_at_a_time = RLock()  # JupyterLab answers a page in a thread of its own, while a cell may run
        shown = in_unit(tape, unit)
        self._asked_first = self._asking = Question.of(shown, output, unit)
        self._show(self._asking.about(shown, unit).solve(method))
        steps = [one for one, _ in self._places]
        opening = step if step is not None else steps.index(phase) + 1 if phase in _PHASES else steps.count("record")
        if phase is not None and phase not in _PHASES:
            raise UnknownNameError(
                f"There is no phase {phase!r}. There are: {', '.join(_PHASES)}.{meant(str(phase), _PHASES)}"
            )
        if not isinstance(opening, int):
            raise InputError(f"step= is the number of steps that have happened, from 0 to {len(steps)}, not {step!r}.")
        super().__init__(
            _scene=self._scene_now(),
            step=min(max(opening, 0), len(steps)),
            phase=steps[min(max(opening, 1), len(steps)) - 1],
            inputs=_scalars(shown),
            method=method,
            unit=unit,
            question=self.system.questions[0][0],
            speed=speed,
        )
        self._busy = False
        self.on_msg(self._on_message)

    def _show(self, solution: Solution) -> None:
        self.solution: Solution = solution
        self.system: AdjointSystem = solution.system
        self.tape: Tape = solution.system.tape
        self._places = places(solution)
        for name, value in _scalars(self.tape).items():  # a slider keeps its range while it is moved
            slider = Slider.around(value)
            if name not in self._sliders and slider is not None:
                self._sliders[name] = slider

    def _scene_now(self, notes: tuple[tuple[str, str], ...] = (), **others: Any) -> bytes:
        unit = self._unit if has_arrays(self._recorded) else None
        first = self._asked_first.node(self.tape, self._unit)
        return scene(self.solution, sliders=self._sliders, notes=notes, unit=unit, asked_first=first, **others)

    @property
    def scene_bytes(self) -> bytes:
        """The scene that is shown, as `lagviz.view.packing` packs it."""
        return bytes(self._scene)

    def page_bytes(self, methods: Sequence[str] | None = None) -> bytes:
        """The same for a page that has no kernel to ask; see `save_html`.

        Parameters
        ----------
        methods : sequence of str, optional
            Ways of solving that the page carries besides the one that is shown.

        Returns
        -------
        bytes
        """
        return page_scene(self.solution, self._scene_now, methods)

    def __repr__(self) -> str:
        equations = f"{len(self.tape)} equation{'s' if len(self.tape) != 1 else ''}"
        title = method_named(self.solution.method).title
        where = f"step {self.step} of {len(self._places)}"
        return f"Explorer({signature(self.tape)}: {equations}, {title}, {where})"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """The widget, and for where no script runs its last step as a still picture, with a table."""
        bundle: tuple[dict[str, Any], dict[str, Any]] | None = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        # Not as image/svg+xml too: a notebook with that in it becomes no PDF where there is no Inkscape.
        recorded = [phase for phase, _ in self._places].count("record")
        drawn = picture(self.solution, recorded if self.predict else None).as_image()
        return {**data, "text/html": drawn + table(self.solution, hidden=self.predict)}, metadata

    # --- what a reader does ------------------------------------------------------------------------------------------------

    def next(self) -> None:
        """Go one step on."""
        self.step = min(self.step + 1, len(self._places))

    def previous(self) -> None:
        """Go one step back."""
        self.step = max(self.step - 1, 0)

    def nudge(self, node: int | str | Node, epsilon: float = words.EPSILON) -> float:
        """The measured change of the result when ``epsilon`` is added to an equation; λ predicts ``λ * epsilon``.

        Parameters
        ----------
        node : int, str or Node
        epsilon : float
            Added to the value, to each of its numbers if it is an array.

        Returns
        -------
        float
        """
        index, element = self.system.questions[0]
        after = self.tape.replay(perturb={node: epsilon}).recorded[index].value
        before = self.tape.recorded[index].value
        return float(np.ravel(plain(after))[element] - np.ravel(plain(before))[element])

    def to_html(self, path: str | os.PathLike[str], *, methods: Sequence[str] | None = None) -> Path:
        """Write what is shown as one file that works offline; see `save_html`.

        Parameters
        ----------
        path : str or path-like
        methods : sequence of str, optional
            Ways of solving that can be chosen on the page.

        Returns
        -------
        pathlib.Path
            The file, absolute.
        """
        return save_html(self, path, methods=methods)

    def picture(self, step: int | None = None) -> Picture:
        """Graph, system and λ as a still SVG, which needs no script: for papers, slides, and pages that run none.

        Parameters
        ----------
        step : int, optional
            How many steps have happened; without it as many as the widget shows, less the one that asks (`predict`).

        Returns
        -------
        Picture
            A notebook shows it; ``picture.save(path)`` writes it, and ``str(picture)`` is its text. Of more than 60
            equations it shows where A has entries. A pass that is broken on purpose is drawn as it should be.

        Examples
        --------
        >>> import lagviz as lv
        >>> lv.explore(lambda x, w: (w * x) ** 2, x=3.0, w=0.5).picture(step=8)
        Picture(f(x, w). Solve 2 of 4: row z₃)
        """
        asked = self.predict and self.phase == "solve"  # the λ of this step may still be to be said
        now = self.step - 1 if asked else self.step
        return picture(self.solution, now if step is None else step, order=self.order, as_a=self.as_a)

    @traitlets.default("layout")
    def _wide(self) -> Layout:
        """Panels go by the room there is, so by itself the widget asks for none: in an HBox it would be 0 wide."""
        return Layout(width="100%")

    # --- keeping page and Python in step -----------------------------------------------------------------------------------

    @traitlets.validate("inputs")
    def _checked_inputs(self, proposal: Any) -> dict[str, float]:
        current = _scalars(self.tape)
        unknown = [name for name in proposal["value"] if name not in current]
        if unknown:
            raise UnknownNameError(
                f"There is no scalar input named {unknown[0]!r}. There are: {', '.join(current) or 'none'}."
            )
        for name, value in proposal["value"].items():
            if isinstance(value, bool) or not isinstance(value, int | float | np.number):
                raise InputError(f"{name} must be a number, not {value!r}.")
        return {**current, **proposal["value"]}

    @traitlets.validate("question")
    def _checked_question(self, proposal: Any) -> int:
        index = self.tape.index(proposal["value"])
        self.tape.adjoint_system(index)  # refuses decisions and integers
        return index

    @traitlets.validate("selection")
    def _checked_selection(self, proposal: Any) -> int | None:
        return None if proposal["value"] is None else self.tape.index(proposal["value"])

    @traitlets.validate("method")
    def _checked_method(self, proposal: Any) -> str:
        return method_named(proposal["value"]).name

    @traitlets.validate("folded")
    def _checked_folded(self, proposal: Any) -> list[str]:
        if proposal["value"]:
            raise NotYetError(
                "Scopes are not folded on screen yet, so folded= stays empty. Folded in the system itself they are in "
                'explorer.system.condense(by="scope").'
            )
        return []

    @traitlets.observe("tied")
    def _tie(self, change: Any) -> None:
        if change["new"]:
            self.inputs = {**self.inputs, **dict.fromkeys(change["new"], self.inputs[change["new"][0]])}

    @traitlets.observe("inputs", "question", "method", "unit", "indices")
    def _follow(self, change: Any) -> None:
        """What was set from Python is shown; what cannot be, is taken back."""
        with self._one_at_a_time:
            if self._busy:
                return
            try:
                self._run({change["name"]: change["new"]})
            except BaseException:
                self._settle(self.solution)
                raise

    def _run(self, wanted: Mapping[str, Any]) -> None:
        """Show the program on other inputs, about another result or by another method; if it fails all stays as it was."""
        moved = self.with_tied(wanted.get("inputs", {}), _scalars(self.tape))
        inputs = gathered(self._recorded, moved)
        recorded = replay(self._recorded, {}, inputs) if inputs else self._recorded
        flipped = recorded.marks is not self._recorded.marks  # a replay keeps them, recording anew makes others
        notes = (("info", "A branch flipped on these inputs, so the program was recorded anew."),) if flipped else ()
        unit = wanted.get("unit", self._unit)
        same = unit == self._unit
        indices = wanted.get("indices", self._by_index)
        tape = by_index(in_unit(recorded, unit)) if indices else in_unit(recorded, unit)
        asking = self._asked_now(wanted["question"]) if "question" in wanted else self._asking
        solution = asking.about(tape, unit).solve(wanted.get("method", self.solution.method))
        pinned = self.selection if tape.names == self.tape.names else None
        step = same_place(self._places, self.step, places(solution), nodes=same)
        self._recorded, self._asking, self._unit, self._by_index = recorded, asking, unit, indices
        self._show(solution)
        self._settle(solution, step=step, selection=pinned, _scene=self._scene_now(notes))

    def _asked_now(self, index: int) -> Question:
        """About a node of what is shown; about the first one's, the first question, which may name an element."""
        first = self._asked_first
        return first if index == first.node(self.tape, self._unit) else Question.of(self.tape, index, self._unit)

    def _settle(self, solution: Solution, **others: Any) -> None:
        """Set the traits to what is shown, without running anything for it."""
        now = {
            "inputs": _scalars(solution.system.tape),
            "question": solution.system.questions[0][0],
            "method": solution.method,
            "unit": self._unit,
            "indices": self._by_index,
            **others,
        }
        self._busy = True
        try:
            with self.hold_sync():
                self.keep_fitting()
                for name, value in now.items():
                    setattr(self, name, value)
        finally:
            self._busy = False

    @traitlets.validate("step")
    def _within(self, proposal: Any) -> int:
        return min(int(proposal["value"]), len(self._places))

    def _phase_at(self, step: int) -> str:
        return self._places[min(max(step, 1), len(self._places)) - 1][0]

    @traitlets.observe("step")
    def _phase_follows(self, change: Any) -> None:
        here = self._phase_at(change["new"])
        if here != self.phase:
            self.phase = here

    @traitlets.observe("phase")
    def _step_follows(self, change: Any) -> None:
        if self._phase_at(self.step) != change["new"]:
            self.step = [phase for phase, _ in self._places].index(change["new"]) + 1

    def _on_message(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """Answer the page, always: an exception in here would reach nobody."""
        request = content.get("id") if isinstance(content, Mapping) else None
        try:
            with self._one_at_a_time:
                self._run(self._wanted(content))
        except Exception as error:  # noqa: BLE001 - whatever a reader's function raises
            self.send({"kind": "problem", "id": request, **problem(error)})
        except BaseException as error:
            self.send({"kind": "interrupted", "id": request, **problem(error)})
            raise  # whoever interrupts the kernel means the kernel
        else:
            self.send({"kind": "replayed", "id": request})

    def _wanted(self, content: Any) -> dict[str, Any]:
        """What the page asks for, checked as if it had been set from Python."""
        checks = {
            "inputs": self._checked_inputs,
            "question": self._checked_question,
            "method": self._checked_method,
            "unit": _checked_unit,
            "indices": _checked_indices,
        }
        if not isinstance(content, Mapping) or content.get("kind") != "replay" or not checks.keys() & content.keys():
            raise InputError(f"The page asked for something this lagviz does not know: {content!r}.")
        return {name: check({"value": content[name]}) for name, check in checks.items() if name in content}


def _checked_unit(proposal: Any) -> str:
    if proposal["value"] not in UNITS:
        raise UnknownNameError(
            f"There is no unit {proposal['value']!r}. There are: {', '.join(UNITS)}.{meant(str(proposal['value']), UNITS)}"
        )
    return str(proposal["value"])


def _checked_indices(proposal: Any) -> bool:
    if not isinstance(proposal["value"], bool):
        raise InputError(f"indices is True or False, not {proposal['value']!r}.")
    return proposal["value"]


def _scalars(tape: Tape) -> dict[str, float]:
    """The scalar inputs as plain numbers."""
    values = {name: plain(tape.recorded[index].value) for name, index in tape.input_indices.items()}
    return {
        name: value if isinstance(value, int) else float(value)
        for name, value in values.items()
        if np.ndim(value) == 0 and not isinstance(value, bool)
    }
