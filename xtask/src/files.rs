//! Folders as lists of files, and writing only what differs.
//!
//! Cargo decides by time stamps whether the server must be built again, so a file that is the same must not be written.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Every file under `path` (or `path` itself), sorted, hidden ones and build output left out.
pub(crate) fn list(path: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    collect(path, &mut found).with_context(|| format!("cannot list {}", path.display()))?;
    found.sort();
    Ok(found)
}

fn collect(path: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if path.is_file() {
        found.push(path.to_path_buf());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') || matches!(name.as_ref(), "target" | "dist" | "node_modules") {
            continue;
        }
        collect(&entry.path(), found)?;
    }
    Ok(())
}

/// What follows the last dot of the name, or nothing.
pub(crate) fn extension(path: &Path) -> &str {
    path.extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
}

/// Reads a file, naming it where that fails.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Writes `content` unless the file already holds it; answers whether it wrote.
pub(crate) fn write_if_changed(path: &Path, content: &[u8]) -> Result<bool> {
    match fs::read(path) {
        Ok(present) if present == content => return Ok(false),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(true)
}

/// One number for the names and contents of files and folders. Paths that are absent count as absent.
pub(crate) fn fingerprint(root: &Path, paths: &[&str]) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    for path in paths
        .iter()
        .map(|path| root.join(path))
        .filter(|path| path.exists())
    {
        for file in list(&path)? {
            file.strip_prefix(root).unwrap_or(&file).hash(&mut hasher);
            read(&file)?.hash(&mut hasher);
        }
    }
    Ok(hasher.finish())
}

/// The hash that goes into a file name, so that a name stands for one content for ever.
pub(crate) fn content_hash(content: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_content_is_not_written_twice() {
        let folder = std::env::temp_dir().join(format!("shopbell-xtask-files-{}", std::process::id()));
        let file = folder.join("a").join("page.html");
        assert!(write_if_changed(&file, b"one").unwrap());
        assert!(!write_if_changed(&file, b"one").unwrap());
        assert!(write_if_changed(&file, b"two").unwrap());
        let before = fingerprint(&folder, &["a"]).unwrap();
        assert!(write_if_changed(&file, b"three").unwrap());
        assert_ne!(before, fingerprint(&folder, &["a"]).unwrap());
        fs::remove_dir_all(&folder).unwrap();
    }
}
