//! Labelled fields: the label names the input, the error stands below it and is read with it.

use shopbell_widget::dom::El;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};

/// How an input is to be.
pub(super) struct FieldOptions<'a> {
    /// Unique on the page.
    pub(super) id: &'a str,
    /// Its label.
    pub(super) label: &'a str,
    /// Small print behind the label.
    pub(super) aside: Option<&'a str>,
    /// Small print below the input.
    pub(super) hint: Option<&'a str>,
    /// What it holds at first.
    pub(super) value: &'a str,
    /// The `type` of the input, or `textarea` for one with several lines.
    pub(super) kind: &'static str,
}

/// A field: `root` to be placed, `input` to be given more attributes or the focus.
pub(super) struct FieldView {
    /// Label, input, hint and error.
    pub(super) root: El,
    /// The input.
    pub(super) input: El,
}

/// Makes a field. `error` is what is wrong with it now; `on_input` gets each change.
pub(super) fn field(
    options: FieldOptions<'_>,
    error: impl Fn() -> Option<String> + Clone + 'static,
    on_input: impl Fn(String) + 'static,
) -> FieldView {
    let several_lines = options.kind == "textarea";
    let error_id = format!("{}-error", options.id);
    let hint_id = format!("{}-hint", options.id);
    let described = options
        .hint
        .map_or_else(|| error_id.clone(), |_| format!("{error_id} {hint_id}"));
    let input = El::with_class(if several_lines { "textarea" } else { "input" }, "field__input")
        .attr("id", options.id)
        .attr("aria-describedby", &described);
    let input = if several_lines {
        input.attr("rows", "2")
    } else {
        input.attr("type", options.kind)
    };
    set_value(&input, options.value);
    let source = input.clone();
    let invalid = error.clone();
    let input = input
        .on("input", move |_| on_input(value(&source)))
        .bind_attr("aria-invalid", move || invalid().map(|_| "true".to_owned()));
    let label = El::with_class("label", "field__label")
        .attr("for", options.id)
        .child(El::new("span").text(options.label))
        .maybe(
            options
                .aside
                .map(|aside| El::with_class("span", "field__aside").text(aside)),
        );
    let root = El::with_class("div", "field")
        .child(label)
        .child(input.clone())
        .maybe(
            options
                .hint
                .map(|hint| El::with_class("p", "field__hint").attr("id", &hint_id).text(hint)),
        )
        .child(
            El::with_class("p", "field__error")
                .attr("id", &error_id)
                .attr("aria-live", "polite")
                .bind_text(move || error().unwrap_or_default()),
        );
    FieldView { root, input }
}

/// What an input or text area holds.
pub(super) fn value(input: &El) -> String {
    if input.element().tag_name().eq_ignore_ascii_case("textarea") {
        input.cast::<HtmlTextAreaElement>().value()
    } else {
        input.cast::<HtmlInputElement>().value()
    }
}

/// Puts a text into an input or text area; one that is there already is left alone, and with it the caret.
pub(super) fn set_value(input: &El, text: &str) {
    if value(input) == text {
        return;
    }
    if input.element().tag_name().eq_ignore_ascii_case("textarea") {
        input.cast::<HtmlTextAreaElement>().set_value(text);
    } else {
        input.cast::<HtmlInputElement>().set_value(text);
    }
}

/// One of a few, side by side; `chosen` and `on_choose` speak of places among `options`.
pub(super) fn choice(
    label: &str,
    options: &[&str],
    chosen: impl Fn() -> usize + Clone + 'static,
    on_choose: impl Fn(usize) + Clone + 'static,
) -> El {
    let group = El::with_class("div", "choice")
        .attr("role", "group")
        .attr("aria-label", label);
    group.children(options.iter().enumerate().map(|(place, option)| {
        let (chosen, on_choose) = (chosen.clone(), on_choose.clone());
        El::with_class("button", "choice__option")
            .attr("type", "button")
            .text(option)
            .bind_attr("aria-pressed", move || Some((chosen() == place).to_string()))
            .on("click", move |_| on_choose(place))
    }))
}
