//! Starts the widget on its page.

fn main() {
    shopbell_widget::app::start();
}
