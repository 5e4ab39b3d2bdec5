//! What a visitor may upload in a day, and what is forgotten when nobody sends or finishes it.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use serde_json::json;
use shopbell_protocol::media::UploadAnswer;
use shopbell_protocol::widget::SendRequest;
use shopbell_protocol::{ClientId, MediaId};
use shopbell_server::media::MediaFolder;
use shopbell_server::media::sweep::sweep;
use shopbell_server::service::{
    AnnouncedUpload, MediaOwner, NewUpload, ParticipantCaller, ServiceError, ServiceResult, UploadState,
    UploadUnderWay,
};
use shopbell_server::testing::TestApp;

use super::SECOND;

const HOUR: Duration = Duration::from_hours(1);
const MIB: u64 = 1 << 20;

async fn announce(app: &TestApp, owner: &MediaOwner, key: &str, mib: u64) -> ServiceResult<UploadState> {
    let announced = AnnouncedUpload {
        client_id: Some(ClientId::from(key)),
        filename: "a.txt".to_owned(),
        length_bytes: mib * MIB,
    };
    app.service.start_upload(owner, announced).await
}

async fn begin(app: &TestApp, owner: &MediaOwner, key: &str, mib: u64) -> UploadUnderWay {
    match announce(app, owner, key, mib).await.unwrap() {
        UploadState::UnderWay(upload) => upload,
        whole @ UploadState::Whole { .. } => panic!("{whole:?}"),
    }
}

async fn finish(app: &TestApp, owner: &MediaOwner, upload: &UploadUnderWay) -> MediaId {
    let whole = NewUpload {
        storage_name: upload.storage_name.clone(),
        filename: "a.txt".to_owned(),
        mime_type: "text/plain".to_owned(),
        size_bytes: upload.length_bytes,
        dimensions: None,
    };
    let answer = app.service.finish_upload(owner, &upload.id, whole).await.unwrap();
    let UploadAnswer::File(file) = answer else {
        panic!("not a file")
    };
    file.id.unwrap()
}

async fn send(app: &TestApp, visitor: &ParticipantCaller, id: &MediaId) -> ServiceResult<()> {
    let request = SendRequest {
        client_id: id.as_str().into(),
        content: serde_json::from_value(json!({"basic": {"items": [{"file": {"id": id}}]}})).unwrap(),
    };
    app.service.send_as_participant(visitor, request).await.map(drop)
}

fn retry_after_ms(refused: ServiceResult<UploadState>) -> u64 {
    match refused {
        Err(ServiceError::ResourceExhausted {
            limit: "media.uploads_mib_per_day",
            retry_after_ms,
        }) => retry_after_ms,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_day_has_room_for_so_much_and_a_restart_gives_no_more() {
    let app = TestApp::start().await;
    let owner = MediaOwner::from(&app.visitor().await);
    let first = begin(&app, &owner, "1", 100).await;
    finish(&app, &owner, &first).await;
    app.clock.advance(HOUR);
    begin(&app, &owner, "2", 80).await;
    assert_eq!(
        retry_after_ms(announce(&app, &owner, "3", 21).await),
        23 * 3_600_000
    );
    let app = app.restart().await;
    let told = retry_after_ms(announce(&app, &owner, "3", 21).await);
    assert_eq!(told, 23 * 3_600_000 - 1_000, "a restart is one second later");
    // What was begun counts no second time, and others have days of their own.
    begin(&app, &owner, "2", 80).await;
    begin(&app, &MediaOwner::from(&app.visitor().await), "3", 200).await;
    begin(&app, &MediaOwner::from(&app.owner().await), "3", 2_000).await;
    begin(&app, &owner, "4", 20).await;
    app.clock.advance(Duration::from_millis(told - 1));
    retry_after_ms(announce(&app, &owner, "3", 21).await);
    app.clock.advance(Duration::from_millis(1));
    begin(&app, &owner, "3", 21).await;
}

#[tokio::test]
async fn an_upload_that_is_given_up_gives_its_room_back() {
    let app = TestApp::start().await;
    let owner = MediaOwner::from(&app.visitor().await);
    let upload = begin(&app, &owner, "1", 200).await;
    retry_after_ms(announce(&app, &owner, "2", 1).await);
    app.service.drop_upload(&upload.id).await.unwrap();
    begin(&app, &owner, "2", 200).await;
}

/// A media folder with a file of each name, as old as the app's clock says.
fn folder(
    app: &TestApp,
    whole: &[&str],
    partial: &[&str],
) -> (MediaFolder, impl Fn() -> Vec<String> + use<>) {
    let root = app.folder().join("media");
    let folder = MediaFolder::open(root.clone()).unwrap();
    let now = SystemTime::UNIX_EPOCH + Duration::from_micros(app.service.now_micros());
    let paths = whole
        .iter()
        .map(|name| root.join(name))
        .chain(partial.iter().map(|name| root.join("partial").join(name)));
    for path in paths {
        std::fs::write(&path, "x").unwrap();
        let file = std::fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(now).unwrap();
    }
    let names = move |folder: PathBuf| {
        std::fs::read_dir(folder)
            .unwrap()
            .map(Result::unwrap)
            .filter(|entry| entry.path().is_file())
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect::<Vec<_>>()
    };
    let left = move || {
        let mut left = names(root.clone());
        left.extend(names(root.join("partial")));
        left.sort();
        left
    };
    (folder, left)
}

#[tokio::test]
async fn what_nobody_sent_or_finished_and_what_nobody_knows_is_gone_after_two_days() {
    let app = TestApp::start().await;
    let visitor = app.visitor().await;
    let owner = MediaOwner::from(&visitor);
    let (sent, unsent) = (
        begin(&app, &owner, "1", 1).await,
        begin(&app, &owner, "2", 1).await,
    );
    let (left, gone_on) = (
        begin(&app, &owner, "3", 2).await,
        begin(&app, &owner, "4", 2).await,
    );
    let sent_id = finish(&app, &owner, &sent).await;
    send(&app, &visitor, &sent_id).await.unwrap();
    let unsent_id = finish(&app, &owner, &unsent).await;
    let (folder, there) = folder(
        &app,
        &[&sent.storage_name, &unsent.storage_name, "unknown"],
        &[&left.storage_name, &gone_on.storage_name, "unknown-partial"],
    );
    app.clock.advance(HOUR * 47);
    assert_eq!(sweep(&app.service, &folder).await.unwrap(), 0);
    app.service.upload_advanced(&gone_on.id, MIB).await.unwrap();
    app.clock.advance(HOUR + SECOND);
    assert_eq!(sweep(&app.service, &folder).await.unwrap(), 4);
    let mut expected = vec![sent.storage_name.clone(), gone_on.storage_name.clone()];
    expected.sort();
    assert_eq!(there(), expected);
    // Who comes too late is told, and may upload it again under the same client id.
    assert!(matches!(
        send(&app, &visitor, &unsent_id).await,
        Err(ServiceError::InvalidMediaUrl { .. })
    ));
    assert!(app.service.upload(&owner, &left.id).await.is_err());
    assert_ne!(begin(&app, &owner, "2", 1).await.id, unsent_id);
    app.service.upload(&owner, &gone_on.id).await.unwrap();
    app.clock.advance(HOUR * 10_000);
    sweep(&app.service, &folder).await.unwrap();
    assert_eq!(there(), [sent.storage_name], "what a message names stays");
}

#[tokio::test]
async fn a_sweep_forgets_more_than_one_transaction_takes() {
    let app = TestApp::start().await;
    let owner = MediaOwner::from(&app.visitor().await);
    for number in 0..201 {
        let announced = AnnouncedUpload {
            client_id: Some(ClientId::from(number.to_string().as_str())),
            filename: String::new(),
            length_bytes: 1,
        };
        app.service.start_upload(&owner, announced).await.unwrap();
    }
    let (folder, _) = folder(&app, &[], &[]);
    app.clock.advance(HOUR * 48);
    assert_eq!(sweep(&app.service, &folder).await.unwrap(), 201);
}
