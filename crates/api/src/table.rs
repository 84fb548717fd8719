//! The table of calls, from which the router and the OpenAPI document are made.

use axum::{Router, handler::Handler, http::Method, middleware, routing::MethodFilter};
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use crate::{Api, contract, once};

/// The calls there are.
pub(crate) struct Table {
    router: Router<Api>,
    schemas: SchemaGenerator,
    /// Path, then method, then what the document says of it.
    paths: Map<String, Value>,
}

/// One call as the document tells it.
pub(crate) struct Call<'t> {
    table: &'t mut Table,
    operation: Map<String, Value>,
    path: &'static str,
    method: Method,
}

impl Table {
    pub(crate) fn new() -> Self {
        let mut settings = SchemaSettings::draft2020_12();
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
        Self {
            router: Router::new(),
            schemas: settings.into_generator(),
            paths: Map::new(),
        }
    }

    /// Adds a call; what it takes and answers is said next.
    pub(crate) fn call<H, T>(
        &mut self,
        method: Method,
        path: &'static str,
        handler: H,
        summary: &str,
    ) -> Call<'_>
    where
        H: Handler<T, Api>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
        let mut route = axum::routing::on(filter, handler);
        if method != Method::GET {
            // Around the handler alone: what is no call of ours is never done, once or twice.
            route = route.route_layer(middleware::from_fn(once::once));
        }
        let router = std::mem::take(&mut self.router);
        self.router = router.route(path, route);
        let problem = self.schema::<contract::Problem>();
        let mut operation = Map::new();
        operation.insert("operationId".to_owned(), name(&method, path).into());
        operation.insert("summary".to_owned(), summary.into());
        let refusal = json!({
            "description": "It could not be done: nothing was changed",
            "content": { "application/problem+json": { "schema": problem } },
        });
        operation.insert("responses".to_owned(), json!({ "default": refusal }));
        let parameters = in_path(path).map(|name| {
            json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
        });
        operation.insert("parameters".to_owned(), parameters.collect());
        Call {
            table: self,
            operation,
            path,
            method,
        }
    }

    /// The routes, without what stands before them.
    pub(crate) fn router(self) -> Router<Api> {
        self.router
    }

    /// Method and path of every call.
    pub(crate) fn routes(&self) -> Vec<(String, String)> {
        let mut routes = Vec::new();
        for (path, methods) in &self.paths {
            for method in methods.as_object().into_iter().flat_map(Map::keys) {
                routes.push((method.to_uppercase(), path.clone()));
            }
        }
        routes
    }

    /// The document, OpenAPI 3.1.
    pub(crate) fn document(&self) -> String {
        let schemas = self.schemas.definitions();
        let document = json!({
            "openapi": "3.1.0",
            "info": {
                "title": "Rollcall",
                "version": "1",
                "description": "People in step with the HRIS. Every call needs a token of one organisation.",
                "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
            },
            "servers": [{ "url": "/api/v1" }],
            "security": [{ "token": [] }],
            "paths": self.paths,
            "components": {
                "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
                "schemas": schemas,
            },
        });
        serde_json::to_string_pretty(&document).unwrap_or_default()
    }

    fn schema<T: JsonSchema>(&mut self) -> Value {
        self.schemas.subschema_for::<T>().to_value()
    }
}

impl Call<'_> {
    /// What may stand after the question mark.
    pub(crate) fn query<T: JsonSchema>(mut self) -> Self {
        let schema = self.table.schemas.clone().into_root_schema_for::<T>();
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, schema) in properties.into_iter().flatten() {
            self.parameter(
                json!({ "name": name, "in": "query", "required": false, "schema": schema }),
            );
        }
        self
    }

    /// A write that may come twice.
    pub(crate) fn once(mut self) -> Self {
        let schema = json!({ "type": "string", "minLength": 1, "maxLength": 255 });
        let name = "Idempotency-Key";
        self.parameter(
            json!({ "name": name, "in": "header", "required": false, "schema": schema }),
        );
        self
    }

    /// Only if it is still what the caller has seen.
    pub(crate) fn tagged(mut self) -> Self {
        let schema = json!({ "type": "string" });
        let name = if self.method == Method::GET {
            "If-None-Match"
        } else {
            "If-Match"
        };
        self.parameter(
            json!({ "name": name, "in": "header", "required": false, "schema": schema }),
        );
        if self.method == Method::GET {
            return self.answer(304, json!({ "description": "It is what the caller has" }));
        }
        self
    }

    /// A JSON body.
    pub(crate) fn body<T: JsonSchema>(mut self, required: bool) -> Self {
        let schema = self.table.schema::<T>();
        let body = json!({
            "required": required,
            "content": { "application/json": { "schema": schema } },
        });
        self.operation.insert("requestBody".to_owned(), body);
        self
    }

    /// An answer as JSON.
    pub(crate) fn answers<T: JsonSchema>(self, status: u16, words: &str) -> Self {
        let schema = self.table.schema::<T>();
        let content = json!({ "application/json": { "schema": schema } });
        self.answer(status, json!({ "description": words, "content": content }))
    }

    /// An answer of another kind.
    pub(crate) fn answers_text(self, status: u16, kind: &str, words: &str) -> Self {
        let content = json!({ kind: { "schema": { "type": "string" } } });
        self.answer(status, json!({ "description": words, "content": content }))
    }

    /// An answer without a body.
    pub(crate) fn answers_nothing(self, status: u16, words: &str) -> Self {
        self.answer(status, json!({ "description": words }))
    }

    fn answer(mut self, status: u16, answer: Value) -> Self {
        if let Some(answers) = self.operation.get_mut("responses") {
            answers[status.to_string()] = answer;
        }
        self
    }

    fn parameter(&mut self, parameter: Value) {
        if let Some(Value::Array(parameters)) = self.operation.get_mut("parameters") {
            parameters.push(parameter);
        }
    }
}

impl Drop for Call<'_> {
    /// A call is told when all of it has been said.
    fn drop(&mut self) {
        let operation = std::mem::take(&mut self.operation);
        let methods = self
            .table
            .paths
            .entry(self.path)
            .or_insert_with(|| json!({}));
        methods[self.method.as_str().to_lowercase()] = Value::Object(operation);
    }
}

/// A name for generated clients: `get_people_id_history`.
fn name(method: &Method, path: &str) -> String {
    let words = path.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    format!("{}_{}", method.as_str().to_lowercase(), words.join("_"))
}

fn in_path(path: &'static str) -> impl Iterator<Item = &'static str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}
