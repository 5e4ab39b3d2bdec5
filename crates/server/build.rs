//! Makes the pages in `dist/` a reason to build again, so that a release binary never carries yesterday's pages.

fn main() {
    let pages = std::path::Path::new("../../dist");
    // Cargo watches a folder recursively, but takes a missing one for "always changed".
    if !pages.exists()
        && let Err(error) = std::fs::create_dir_all(pages)
    {
        println!("cargo:warning=cannot create {}: {error}", pages.display());
    }
    println!("cargo:rerun-if-changed=../../dist");
    println!("cargo:rerun-if-changed=build.rs");
}
