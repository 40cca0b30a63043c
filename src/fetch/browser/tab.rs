//! A page in a context of its own: no cookies, cache or storage shared with any other.

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;

use super::connection::{CallError, Connection, Event};

/// A tab, whose context goes with it when it is dropped.
pub struct Tab {
    connection: Connection,
    context: String,
    session: String,
    /// Its main frame.
    pub frame: String,
}

impl Tab {
    /// Opens a blank page that speaks these languages, and tells what happens in it.
    ///
    /// # Errors
    /// When the browser does not do as it is told.
    pub async fn open(connection: &Connection, languages: &str) -> Result<(Self, UnboundedReceiver<Event>), CallError> {
        let context = connection.call(None, "Target.createBrowserContext", json!({ "disposeOnDetach": true })).await?;
        let context = text(&context, "browserContextId");
        let mut tab = Self { connection: connection.clone(), context, session: String::new(), frame: String::new() };
        let target = json!({ "url": "about:blank", "browserContextId": tab.context });
        tab.frame = text(&connection.call(None, "Target.createTarget", target).await?, "targetId");
        let attach = json!({ "targetId": tab.frame, "flatten": true });
        tab.session = text(&connection.call(None, "Target.attachToTarget", attach).await?, "sessionId");
        let events = connection.events(&tab.session);
        tab.set_up(languages).await?;
        Ok((tab, events))
    }

    async fn set_up(&self, languages: &str) -> Result<(), CallError> {
        let deny = json!({ "behavior": "deny", "browserContextId": self.context });
        self.connection.call(None, "Browser.setDownloadBehavior", deny).await?;
        let screen = json!({
            "width": 1920, "height": 1080, "screenWidth": 1920, "screenHeight": 1080,
            "deviceScaleFactor": 1, "mobile": false,
        });
        self.call("Emulation.setDeviceMetricsOverride", screen).await?;
        // The flag of the same purpose adds languages of its own; without a name, only the languages are changed.
        let languages = json!({ "userAgent": "", "acceptLanguage": languages });
        self.call("Emulation.setUserAgentOverride", languages).await?;
        self.call("Page.enable", json!({})).await?;
        self.call("Inspector.enable", json!({})).await?;
        self.call("Network.enable", json!({ "maxTotalBufferSize": 0, "maxResourceBufferSize": 0 })).await?;
        let unneeded = ["Image", "Font", "Media"].map(|kind| json!({ "resourceType": kind }));
        let document = json!({ "resourceType": "Document", "requestStage": "Response" });
        let patterns: Vec<Value> = unneeded.into_iter().chain([document]).collect();
        self.call("Fetch.enable", json!({ "patterns": patterns })).await?;
        Ok(())
    }

    /// Has a command carried out by the page.
    pub async fn call(&self, method: &str, params: Value) -> Result<Value, CallError> {
        self.connection.call(Some(&self.session), method, params).await
    }

    /// Has a command carried out by the page that takes as long as the web does.
    pub async fn call_patiently(&self, method: &str, params: Value) -> Result<Value, CallError> {
        self.connection.call_patiently(Some(&self.session), method, params).await
    }

    /// Has a command carried out by the page without waiting for it.
    pub fn tell(&self, method: &str, params: Value) {
        self.connection.tell(Some(&self.session), method, params);
    }

    /// Begins a world beside that of the page's scripts, which they cannot meddle with.
    ///
    /// # Errors
    /// When the page is going elsewhere, or the browser does not do as it is told.
    pub async fn world(&self) -> Result<World<'_>, CallError> {
        let world = self.call("Page.createIsolatedWorld", json!({ "frameId": self.frame })).await?;
        Ok(World { tab: self, id: world["executionContextId"].clone() })
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        self.connection.end(&self.session);
        self.connection.tell(None, "Target.disposeBrowserContext", json!({ "browserContextId": self.context }));
    }
}

/// Where functions see the page's elements, but none of its scripts.
pub struct World<'a> {
    tab: &'a Tab,
    id: Value,
}

impl World<'_> {
    /// Calls a function, and waits for what it promises.
    ///
    /// # Errors
    /// When the page goes elsewhere meanwhile, the function fails, or the browser does not do as it is told.
    pub async fn call(&self, function: &str, arguments: &[Value]) -> Result<Value, CallError> {
        let arguments: Vec<Value> = arguments.iter().map(|value| json!({ "value": value })).collect();
        let call = json!({
            "functionDeclaration": function, "executionContextId": self.id, "arguments": arguments,
            "awaitPromise": true, "returnByValue": true,
        });
        let mut answer = self.tab.call_patiently("Runtime.callFunctionOn", call).await?;
        match answer["exceptionDetails"]["exception"]["description"].as_str() {
            Some(exception) => Err(CallError::Refused(exception.lines().next().unwrap_or_default().to_owned())),
            None => Ok(answer["result"]["value"].take()),
        }
    }
}

fn text(answer: &Value, name: &str) -> String {
    answer[name].as_str().unwrap_or_default().to_owned()
}
