// A server that gives a page of a signed-in user a key of its own, for one session that the server has chosen.
using System.Security.Claims;
using Realtime.Sdk;
using Realtime.Sdk.Testing;

var builder = WebApplication.CreateBuilder(args);
var key = builder.Configuration["OPENAI_API_KEY"];
await using var emulator = key is null ? await RealtimeEmulator.StartAsync() : null;

builder.Services.AddRealtimeClient(options => (options.ApiKey, options.BaseUrl) = (key ?? emulator!.ApiKey, emulator?.BaseUrl ?? options.BaseUrl));
builder.Services.AddRealtimeAgent(new RealtimeAgent { Name = "reader", Session = new() { Model = "gpt-realtime-2", Instructions = "Read the news aloud." } });
builder.Services.AddRealtimeEndpoints();
builder.Services.AddAuthentication("Cookies").AddCookie("Cookies", options => options.Events.OnRedirectToLogin = context =>
{
    context.Response.StatusCode = StatusCodes.Status401Unauthorized;      // a page that calls fetch needs a status, not a form
    return Task.CompletedTask;
});
builder.Services.AddAuthorization();

var app = builder.Build();
app.MapRealtimeClientSecrets("/realtime/token", "reader").RequireAuthorization();

// In place of your own sign-in, which knows its users:
app.MapPost("/sign-in", () => Results.SignIn(new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, Guid.NewGuid().ToString())], "Cookies"))));
app.MapGet("/", () => Results.Content(
    """
    <button onclick="start()">Get a key</button> <pre></pre>
    <script>
      async function start() {
        await fetch("/sign-in", { method: "POST" });
        const response = await fetch("/realtime/token", { method: "POST" });
        document.querySelector("pre").textContent = JSON.stringify(await response.json(), null, 2);
      }
    </script>
    """, "text/html"));
await app.RunAsync();
