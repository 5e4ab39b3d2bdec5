//! For the operator and for tools.

use crate::harness::Server;

#[tokio::test]
async fn the_operators_routes_answer_without_a_credential() {
    let server = Server::start().await;
    assert_eq!(server.get("/healthz", &[]).await.ok()["status"], "alive");
    assert_eq!(server.get("/readyz", &[]).await.ok()["status"], "ready");
    let document = server.get("/openapi.json", &[]).await.ok();
    assert_eq!(document["info"]["title"], "Shopbell");
    let metrics = server.get("/metrics", &[]).await;
    let text = String::from_utf8(metrics.body.to_vec()).unwrap();
    assert!(
        text.contains("shopbell_http_answers_total{class=\"2xx\"} 3"),
        "{text}"
    );
}

#[tokio::test]
async fn a_stopping_server_closes_idle_connections_and_ends() {
    let server = Server::start_with(|config| config.server.stop_within_s = 5).await;
    let stream = tokio::net::TcpStream::connect(server.addr).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(hyper_util::rt::TokioIo::new(stream))
            .await
            .unwrap();
    let connection = tokio::spawn(connection);
    let ask = |path: &str| {
        let empty = http_body_util::Empty::<axum::body::Bytes>::new();
        hyper::Request::get(path).header("host", "x").body(empty).unwrap()
    };
    assert_eq!(sender.send_request(ask("/readyz")).await.unwrap().status(), 200);
    server.stop().await;
    assert!(
        sender.send_request(ask("/readyz")).await.is_err(),
        "an idle connection is closed"
    );
    connection.abort();
}
