"""The page, in Gradio: what is shown, and which function is called at each click."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from styleclf.app import cards
from styleclf.app.events import N_CHOICES, Events
from styleclf.app.review import ReviewedPicture
from styleclf.common import needs_package

_MOST_WAITING = 64  # requests in the queue of the server
_AT_ONCE = 2  # requests that are answered at the same time
_CACHE = (600, 3600)  # every so many seconds, files are removed that were dropped so long ago and never asked about
_FONTS = ["system-ui", "Segoe UI", "Roboto", "sans-serif"]  # of the machine: none is fetched
_MONOSPACE = ["ui-monospace", "monospace"]
Token = str | None  # of a browser
_PICK = """element.addEventListener("click", (event) => {
  const card = event.target.closest("[data-position]");
  if (card) trigger("pick", { position: Number(card.dataset.position) });
});"""
_KEYS = "Keys: Enter accepts the answer, 1 to 9 name a style, N none of these, S skips, U takes back, M shows the map."
_SCROLL_TO_DETAILS = """() => {
  const details = document.getElementById("details");
  if (details) details.scrollIntoView({ behavior: "smooth", block: "nearest" });
}"""
_NOTHING_PICKED = -1
_TO_MAP = "What does it look at?"
_TO_PICTURE = "Show the picture again"
_MAP_KEY = " (M)"


def gradio_module() -> Any:
    """Gradio. Raises ValueError, with what to install, where it is missing."""
    with needs_package("gradio", "app", "the app in the browser"):
        import gradio
    return gradio


def page_of(events: Events) -> Any:
    """The page of an app."""
    gr = gradio_module()
    with gr.Blocks(title="styleclf", analytics_enabled=False, delete_cache=_CACHE) as page:
        token = gr.BrowserState(None, storage_key="styleclf-app")
        gr.HTML(cards.header(events.engine.styles))
        with gr.Tabs():
            with gr.Tab("Pictures"):
                pictures = _PicturesTab(events, token)
            if events.table is not None:
                with gr.Tab("Review", id="review") as review_tab:
                    review = _ReviewTab(events, token)
                review.listen(review_tab)
        pictures.listen(page)
        _add_endpoint(events)
    page.queue(max_size=_MOST_WAITING, default_concurrency_limit=_AT_ONCE)
    return page


def look_of_page() -> dict[str, Any]:
    """Theme, style sheet and script of the page; nothing of it comes from elsewhere."""
    gr = gradio_module()
    folder = Path(__file__).parent
    script = (folder / "page.js").read_text(encoding="utf-8")
    return {
        "theme": gr.themes.Default(primary_hue="indigo", font=_FONTS, font_mono=_MONOSPACE),
        "css": (folder / "page.css").read_text(encoding="utf-8"),
        "head": f"<script>{script}</script>",
    }


def _add_endpoint(events: Events) -> None:
    """What programs may call: `predict`, files to answers."""
    gr = gradio_module()

    def predict(files: list[str] | None) -> list[dict[str, Any]]:
        """The answers to files."""
        return _or_error(events, events.answers, files or [])

    files = gr.File(file_count="multiple", visible=False)
    answers = gr.JSON(visible=False)
    button = gr.Button(visible=False)
    button.click(predict, files, answers, api_name="predict")


def _or_error(events: Events, function: Callable, *arguments: Any) -> Any:
    """What a function returns; its sentence for the user in place of an exception with a traceback."""
    gr = gradio_module()
    try:
        return function(*arguments)
    except (ValueError, OSError) as error:
        reason = events.reason(error)
        raise gr.Error(cards.text(reason), print_exception=False) from error


def _call(listener: Callable, function: Callable, inputs: Any, outputs: Any, *, progress: str = "hidden") -> Any:
    """Have a function called at an event, by the page alone; `progress` covers the outputs meanwhile, if it is full.

    Returns what the next call may be hung on.
    """
    return listener(function, inputs, outputs, api_visibility="private", show_progress=progress)


def _small_button(words: str, elem_id: str) -> Any:
    """A button of which several stand in a row."""
    return gradio_module().Button(words, elem_id=elem_id, size="sm", min_width=60)


def _other_view(events: Events, picture: ReviewedPicture | None, words: str) -> tuple[str, str]:
    """The map of a picture, or the picture again, as the button has it that says `words`; and what it says then."""
    if words.startswith(_TO_PICTURE):
        image = _or_error(events, events.large, picture)
        return image, words.replace(_TO_PICTURE, _TO_MAP)
    image = _or_error(events, events.map_of, picture)
    return image, words.replace(_TO_MAP, _TO_PICTURE)


def _look(is_answer: bool) -> str:
    """The look of a button in the review: that of the model's answer stands out, and Enter presses it."""
    return "primary" if is_answer else "secondary"


class _PicturesTab:
    """The page where pictures are dropped and answered."""

    def __init__(self, events: Events, token: Any) -> None:
        gr = gradio_module()
        self.events = events
        self.token = token
        limits = events.limits
        self.files = gr.File(
            file_count="multiple",
            label=f"at most {limits.pictures:,} pictures of {limits.megabytes} MB",
            height=180,
            elem_id="drop",
        )
        with gr.Row():
            self.folder = gr.UploadButton(
                "Choose a folder", file_count="directory", size="sm", min_width=120, elem_id="drop-folder"
            )
            self.clear = _small_button("Clear", "clear")
        self.message = gr.HTML(elem_id="message")
        self.cards = gr.HTML(js_on_load=_PICK, elem_id="cards")
        self.picked_position = gr.Number(_NOTHING_PICKED, visible="hidden", precision=0)
        with gr.Row(visible=False, elem_id="details") as self.details:
            with gr.Column(scale=3):
                self.picture = gr.HTML(elem_id="picture")
            with gr.Column(scale=2, min_width=280):
                self.facts = gr.HTML(elem_id="facts")
                self.map_button = gr.Button(_TO_MAP, elem_id="map")
        self.neighbours = gr.HTML(elem_id="neighbours")

    def listen(self, page: Any) -> None:
        """Say what happens at each click."""
        token = self.token
        _call(page.load, self._show, token, self.cards)
        for upload in (self.files, self.folder):
            after_upload = [token, upload, self.message, self.cards]
            _call(upload.upload, self._drop, [token, upload], after_upload, progress="full")
        after_clearing = [self.message, self.cards, self.details, self.neighbours]
        _call(self.clear.click, self._clear, token, after_clearing)
        details = [self.picked_position, self.details, self.map_button, self.picture, self.facts, self.neighbours]
        picking = _call(self.cards.pick, self._picked_handler(), token, details)
        picking.then(None, js=_SCROLL_TO_DETAILS, api_visibility="private")
        map_inputs = [token, self.picked_position, self.map_button]
        map_outputs = [self.picture, self.map_button]
        _call(self.map_button.click, self._map, map_inputs, map_outputs, progress="full")

    def _show(self, token: Token) -> str:
        desk = self.events.desks.find(token)
        return "" if desk is None else _or_error(self.events, self.events.overview, desk)

    def _drop(self, token: Token, files: list[str] | str | None) -> tuple:
        gr = gradio_module()
        token, desk = self.events.desks.open(token)
        paths = [files] if isinstance(files, str) else files or []
        bar = gr.Progress()

        def step(n_done: int, n_files: int) -> None:
            """Move the bar on."""
            bar((n_done, n_files), desc="pictures")

        try:
            sentence = self.events.drop(desk, paths, step)
            message = cards.sentence(sentence)
        except (ValueError, OSError) as error:
            reason = self.events.reason(error)
            message = cards.sentence(reason, is_error=True)
        overview = _or_error(self.events, self.events.overview, desk)
        return token, None, message, overview

    def _clear(self, token: Token) -> tuple:
        gr = gradio_module()
        _, desk = self.events.desks.open(token)
        desk.clear()
        overview = _or_error(self.events, self.events.overview, desk)
        return "", overview, gr.Row(visible=False), ""

    def _picked_handler(self) -> Callable:
        """What happens when a card is clicked; Gradio hands in the event by its annotation."""
        gr = gradio_module()

        def pick(token: Token, event: gr.EventData) -> tuple:  # type: ignore[name-defined]
            """Position and details of the card."""
            _, desk = self.events.desks.open(token)
            position = int(event._data["position"])
            details = self.events.details(desk, position)
            is_there = any(details)
            return position, gr.Row(visible=is_there), _TO_MAP, *details

        return pick

    def _map(self, token: Token, position: float, words: str) -> tuple[str, str]:
        _, desk = self.events.desks.open(token)
        picture = self.events.picture_at(desk, int(position))
        return _other_view(self.events, picture, words)


class _ReviewTab:
    """The page where people accept and correct answers."""

    def __init__(self, events: Events, token: Any) -> None:
        gr = gradio_module()
        self.events = events
        self.token = token
        self.progress = gr.HTML(elem_id="review-progress")
        self.name = gr.Textbox(visible="hidden", elem_id="review-name")
        with gr.Row():
            with gr.Column(scale=3):
                self.picture = gr.HTML(elem_id="review-picture")
            with gr.Column(scale=2, min_width=300):
                self.facts = gr.HTML(elem_id="review-facts")
                with gr.Row(elem_classes="choices"):
                    self.choices = [self._choice(number) for number in range(N_CHOICES)]
                with gr.Row():
                    self.none_button = _small_button("None of these (N)", "review-none")
                    self.skip = _small_button("Skip (S)", "review-skip")
                    self.undo = _small_button("Undo (U)", "review-undo")
                with gr.Row():
                    self.style = gr.Dropdown(
                        events.engine.styles,
                        value=None,
                        allow_custom_value=True,
                        label="another style",
                        elem_id="review-style",
                        scale=3,
                    )
                    self.correct = _small_button("It is this one", "review-correct")
                self.map_button = gr.Button(_TO_MAP + _MAP_KEY, elem_id="review-map", size="sm")
        gr.HTML(f'<p class="quiet keys">{_KEYS}</p>')
        gr.HTML('<a class="download" href="decisions.csv" download="decisions.csv">Download the decisions</a>')

    def _choice(self, number: int) -> Any:
        gr = gradio_module()
        return gr.Button(elem_id=f"review-choice-{number}", visible=False, size="sm", min_width=120)

    @property
    def view_components(self) -> list[Any]:
        """The components that change with the picture."""
        answer = [self.name, self.picture, self.facts, self.progress]
        return [self.token, *answer, self.map_button, self.style, self.none_button, *self.choices]

    def listen(self, tab: Any) -> None:
        """Say what happens at each click."""
        token = self.token
        outputs = self.view_components
        inputs = [token, self.name]
        _call(tab.select, self._show, token, outputs)
        for number, button in enumerate(self.choices):
            choose = partial(self._choose, number)
            _call(button.click, choose, inputs, outputs)
        _call(self.none_button.click, self._none, inputs, outputs)
        _call(self.skip.click, self._skip, inputs, outputs)
        _call(self.undo.click, self._undo, token, outputs)
        inputs_with_style = [*inputs, self.style]
        _call(self.correct.click, self._correct, inputs_with_style, outputs)
        map_inputs = [token, self.map_button]
        map_outputs = [self.picture, self.map_button]
        _call(self.map_button.click, self._map, map_inputs, map_outputs, progress="full")

    def _show(self, token: Token) -> tuple:
        gr = gradio_module()
        token, desk = self.events.desks.open(token)
        view = _or_error(self.events, self.events.view, desk)
        none_button = gr.Button(variant=_look(view.is_none))
        buttons = []
        for number, (words, _) in enumerate(view.choices):
            is_answer = number == 0 and not view.is_none
            button = gr.Button(words, visible=True, variant=_look(is_answer))
            buttons.append(button)
        while len(buttons) < N_CHOICES:
            button = gr.Button("", visible=False)
            buttons.append(button)
        answer = view.name, view.picture, view.facts, view.progress
        return token, *answer, _TO_MAP + _MAP_KEY, None, none_button, *buttons

    def _after(self, token: Token, action: Callable, *arguments: Any) -> tuple:
        """Do something at a desk, and show what comes next."""
        token, desk = self.events.desks.open(token)
        _or_error(self.events, action, desk, *arguments)
        return self._show(token)

    def _choose(self, number: int, token: Token, name: str) -> tuple:
        return self._after(token, self.events.decide_choice, name, number)

    def _none(self, token: Token, name: str) -> tuple:
        return self._after(token, self.events.decide, name, "")

    def _correct(self, token: Token, name: str, style: str | None) -> tuple:
        if not style:
            return self._show(token)
        return self._after(token, self.events.decide, name, style)

    def _skip(self, token: Token, name: str) -> tuple:
        return self._after(token, self.events.skip, name)

    def _undo(self, token: Token) -> tuple:
        return self._after(token, self.events.undo)

    def _map(self, token: Token, words: str) -> tuple[str, str]:
        _, desk = self.events.desks.open(token)
        picture = desk.review.current() if desk.review is not None else None
        return _other_view(self.events, picture, words)
