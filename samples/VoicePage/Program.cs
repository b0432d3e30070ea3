// A page that talks to an agent: over WebRTC, or over a relay where WebRTC is not available. Without a key, the emulator in this process simulates the service.
using Realtime.Sdk;
using VoicePage;

var builder = WebApplication.CreateBuilder(args);
var key = builder.Configuration["OPENAI_API_KEY"];
await using var emulator = key is null ? await Simulation.StartAsync() : null;

builder.Services.AddRealtimeClient(options =>
{
    options.ApiKey = key ?? emulator!.ApiKey;
    options.BaseUrl = emulator?.BaseUrl ?? builder.Configuration.GetValue<Uri>("Realtime:BaseUrl") ?? options.BaseUrl;
});
builder.Services.AddRealtimeAgent(Waiter.Agent);
builder.Services.AddRealtimeEndpoints();

var app = builder.Build();
app.Use(PageHeaders.AddAsync);
app.UseDefaultFiles();
app.UseStaticFiles();

// The emulator has no WebRTC stack, so the page does not try it there.
app.MapGet("/voice", () => new { Simulated = emulator is not null, WebRtc = emulator is null });

// Anonymous only because this server listens on loopback and accepts only its host names. In your application: RequireAuthorization().
app.MapRealtimeWebRtc("/voice/call", Waiter.Name, new() { Prepare = Limit, Run = GreetAsync }).AllowAnonymous();
app.MapRealtimeRelay("/voice/relay", Waiter.Name, new()
{
    Prepare = Limit,
    Run = GreetAsync,
    Relay = new() { ForwardFunctionCalls = true },      // the page shows what the agent calls
}).AllowAnonymous();
await app.RunAsync();

static ValueTask<RealtimeConversationOptions?> Limit(HttpContext http, RealtimeConversationOptions options, CancellationToken cancellationToken) =>
    new(options with { Budget = new() { Time = TimeSpan.FromMinutes(10) } });

static async Task GreetAsync(RealtimeConversation conversation, CancellationToken cancellationToken)
{
    conversation.Respond("Greet the guest.");
    await conversation.Completion.WaitAsync(cancellationToken);
}
