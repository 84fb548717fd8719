//! The listener, the routes and the handle of a running sandbox.

use std::{
    io,
    net::SocketAddr,
    ops::Deref,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use axum::{
    Router,
    extract::{DefaultBodyLimit, connect_info::Connected},
    middleware,
    routing::{get, post, put},
    serve::{IncomingStream, Listener},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};

use crate::{bulk, control, guard, metadata, sandbox::Sandbox, search, tables, writes};

/// Serves a sandbox until `shutdown` is done; calls under way are finished. Fails when the listener does.
pub async fn serve(
    listener: TcpListener,
    sandbox: Sandbox,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let routes = routes(sandbox).into_make_service_with_connect_info::<Peer>();
    axum::serve(Doors(listener), routes)
        .with_graceful_shutdown(shutdown)
        .await
}

fn routes(sandbox: Sandbox) -> Router {
    let v1 = Router::new()
        .route("/people/search", post(search::search))
        .route("/people", post(writes::create))
        .route("/people/{id}", post(search::read_one).put(writes::update))
        .route("/people/{id}/email", put(writes::change_email))
        .route("/people/{id}/{table}", get(tables::of_one))
        .route("/employees/{id}/terminate", post(writes::terminate))
        .route("/employees/{id}/start-date", post(writes::move_start))
        .route("/bulk/people/{table}", get(bulk::bulk))
        .route("/company/people/fields", get(metadata::fields))
        .route("/company/named-lists", get(metadata::lists))
        .route("/company/named-lists/{name}", get(metadata::list))
        .fallback(guard::not_found)
        .method_not_allowed_fallback(guard::wrong_method)
        .layer(middleware::from_fn_with_state(
            sandbox.clone(),
            guard::guard,
        ));
    Router::new()
        .nest("/v1", v1)
        .nest("/_sandbox", control::routes())
        .fallback(guard::not_found)
        .layer(DefaultBodyLimit::disable())
        .with_state(sandbox)
}

/// A sandbox that is being served; dropping it ends that at once. Everything a [`Sandbox`] can do, it can.
pub struct Handle {
    /// Where it listens.
    pub address: SocketAddr,
    sandbox: Sandbox,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<io::Result<()>>,
}

impl Handle {
    pub(crate) fn spawn(listener: TcpListener, sandbox: Sandbox) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let served = sandbox.clone();
        let task = tokio::spawn(async move {
            serve(listener, served, async {
                // The sender is dropped only with the handle, which ends the task anyway.
                drop(stopped.await);
            })
            .await
        });
        Ok(Self {
            address,
            sandbox,
            stop: Some(stop),
            task,
        })
    }

    /// The base address of HiBob's API: `http://127.0.0.1:PORT/v1`.
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// The base address of the control surface: `http://127.0.0.1:PORT/_sandbox`.
    pub fn control_url(&self) -> String {
        format!("http://{}/_sandbox", self.address)
    }

    /// The sandbox, to be kept beyond the handle.
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// Ends the serving after the calls under way. Fails when the listener had failed.
    pub async fn stop(mut self) -> io::Result<()> {
        if let Some(stop) = self.stop.take() {
            // Nobody listens when the task has ended by itself.
            let _ = stop.send(());
        }
        match (&mut self.task).await {
            Ok(result) => result,
            Err(error) => Err(io::Error::other(error)),
        }
    }
}

impl Deref for Handle {
    type Target = Sandbox;

    fn deref(&self) -> &Sandbox {
        &self.sandbox
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A listener whose connections can be torn down from within a call.
struct Doors(TcpListener);

impl Listener for Doors {
    type Io = Door;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Door, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
        (
            Door {
                stream,
                slammed: Arc::default(),
            },
            address,
        )
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// One connection.
struct Door {
    stream: TcpStream,
    slammed: Arc<AtomicBool>,
}

/// Who calls, and the means to tear their connection down.
#[derive(Clone)]
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    slammed: Arc<AtomicBool>,
}

impl Peer {
    /// Makes the connection end with a reset at its next write.
    pub(crate) fn slam(&self) {
        self.slammed.store(true, Ordering::Release);
    }
}

impl Connected<IncomingStream<'_, Doors>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Doors>) -> Self {
        Self {
            address: *stream.remote_addr(),
            slammed: Arc::clone(&stream.io().slammed),
        }
    }
}

impl Door {
    /// Closing with no time to linger makes the system send a reset and not an orderly end.
    fn check(&self) -> io::Result<()> {
        if !self.slammed.load(Ordering::Acquire) {
            return Ok(());
        }
        self.stream.set_zero_linger()?;
        Err(io::ErrorKind::ConnectionReset.into())
    }
}

impl AsyncRead for Door {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Door {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
