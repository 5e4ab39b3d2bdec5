//! The folder: `DATA/media/` with whole files, and `incoming/` in it with what is still arriving.

use std::io;
use std::path::{Path, PathBuf};

/// Where files are kept.
#[derive(Debug, Clone)]
pub struct MediaFolder {
    root: PathBuf,
}

/// The folder cannot be used.
#[derive(Debug, thiserror::Error)]
#[error(
    "cannot use the media folder {path}: {cause}\n  mend it: let this user write there, or choose another folder with --data"
)]
pub struct MediaFolderError {
    path: PathBuf,
    cause: io::Error,
}

impl MediaFolder {
    /// Makes the folder where it is missing, and throws away what an earlier run did not finish.
    ///
    /// # Errors
    /// It cannot be made or written.
    pub fn open(root: PathBuf) -> Result<Self, MediaFolderError> {
        let folder = Self { root };
        folder.prepare().map_err(|cause| MediaFolderError {
            path: folder.root.clone(),
            cause,
        })?;
        Ok(folder)
    }

    fn prepare(&self) -> io::Result<()> {
        let incoming = self.incoming();
        std::fs::create_dir_all(&incoming)?;
        for entry in std::fs::read_dir(&incoming)? {
            std::fs::remove_file(entry?.path())?;
        }
        // A folder that can be read but not written would be noticed only by the first visitor who sends a picture.
        let probe = incoming.join(".probe");
        std::fs::write(&probe, [])?;
        std::fs::remove_file(&probe)
    }

    fn incoming(&self) -> PathBuf {
        self.root.join("incoming")
    }

    /// Where a file of that name is, whole.
    pub(crate) fn whole(&self, storage_name: &str) -> PathBuf {
        self.root.join(plain(storage_name))
    }

    /// Where a file of that name is while it arrives; removed when the value is dropped.
    pub(crate) fn arriving(&self, storage_name: &str) -> Arriving {
        Arriving {
            path: self.incoming().join(plain(storage_name)),
            kept: false,
        }
    }

    /// Moves an arrived file to its place, and makes the move itself durable.
    pub(crate) fn keep(&self, mut arriving: Arriving, storage_name: &str) -> io::Result<()> {
        std::fs::rename(&arriving.path, self.whole(storage_name))?;
        arriving.kept = true;
        std::fs::File::open(&self.root)?.sync_all()
    }

    /// Removes a file that turned out not to be wanted.
    pub(crate) fn remove(&self, storage_name: &str) {
        if let Err(error) = std::fs::remove_file(self.whole(storage_name)) {
            tracing::warn!(%error, "an unwanted upload could not be removed");
        }
    }
}

/// Names are made by the server; were one ever not plain, it must not lead out of the folder.
fn plain(name: &str) -> String {
    name.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') {
                c
            } else {
                '_'
            }
        })
        .collect()
}

/// A file that is arriving.
#[derive(Debug)]
pub(crate) struct Arriving {
    path: PathBuf,
    kept: bool,
}

impl Arriving {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = std::fs::remove_file(&self.path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "an unfinished upload could not be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_earlier_run_did_not_finish_is_gone_at_the_next_start() {
        let data = tempfile::tempdir().unwrap();
        let root = data.path().join("media");
        let folder = MediaFolder::open(root.clone()).unwrap();
        std::fs::write(folder.incoming().join("half"), "half").unwrap();
        std::fs::write(folder.whole("whole"), "whole").unwrap();
        MediaFolder::open(root).unwrap();
        assert!(!folder.incoming().join("half").exists());
        assert!(folder.whole("whole").exists());
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let data = tempfile::tempdir().unwrap();
        let folder = MediaFolder::open(data.path().join("media")).unwrap();
        assert_eq!(
            folder.whole("../../etc/passwd").parent(),
            Some(data.path().join("media").as_path())
        );
    }

    #[test]
    fn a_dropped_arrival_leaves_nothing() {
        let data = tempfile::tempdir().unwrap();
        let folder = MediaFolder::open(data.path().join("media")).unwrap();
        let arriving = folder.arriving("one");
        std::fs::write(arriving.path(), "x").unwrap();
        let path = arriving.path().to_owned();
        drop(arriving);
        assert!(!path.exists());
    }
}
