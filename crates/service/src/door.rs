//! Taking connections, with bounds on what one caller can hold up.

use std::{sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo, http::Request};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
};
use tower::{ServiceExt as _, service_fn};

/// How many connections are open at once; more wait in the system's queue.
const CONNECTIONS: usize = 2048;
/// How long the head of a request may take.
const HEAD: Duration = Duration::from_secs(15);
/// How large the head of a request may be, in bytes.
const HEAD_SIZE: usize = 64 * 1024;
/// After a failure to take one, such as too many open files, for how long none is tried.
const BREATH: Duration = Duration::from_millis(100);

/// Answers on a listener until the end is asked for, then finishes what is under way.
pub(crate) async fn open(listener: TcpListener, routes: Router, mut ended: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let graceful = GracefulShutdown::new();
    loop {
        let taken = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, taken) = tokio::select! {
            taken = taken => taken,
            _ = ended.wait_for(|ended| *ended) => break,
        };
        let (stream, peer) = match taken {
            Ok(taken) => taken,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(BREATH).await;
                continue;
            }
        };
        // A page is a few packets: waiting to fill one up helps nobody.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
        let routes = routes.clone();
        let answer = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            routes.clone().oneshot(request)
        });
        // HTTP/1.1 alone: to find out which version somebody speaks, hyper would wait for their first
        // bytes for ever. Reverse proxies speak it, and they speak HTTP/2 with the browser.
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .max_buf_size(HEAD_SIZE)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(answer));
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            let _place = place;
            // Somebody who goes away in the middle is no failure of ours.
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    graceful.shutdown().await;
}
