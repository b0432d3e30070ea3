using Realtime.Sdk;
using Realtime.Sdk.Testing;

namespace PhoneAgent;

/// <summary>Without a key: two callers of the emulator, whose webhooks are signed as the service signs them.</summary>
internal sealed class Rehearsal : IAsyncDisposable
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly RealtimeEmulator _emulator;

    private Rehearsal(RealtimeEmulator emulator) => _emulator = emulator;

    /// <summary>Starts the emulator and configures the application for it; returns null if the application has a key.</summary>
    public static async Task<Rehearsal?> StartWithoutKeyAsync(WebApplicationBuilder builder)
    {
        builder.Configuration["Realtime:ApiKey"] ??= builder.Configuration["OPENAI_API_KEY"];
        if (builder.Configuration["Realtime:ApiKey"] is not null)
            return null;
        var emulator = await RealtimeEmulator.StartAsync(new() { Model = new() { SpeaksInTones = true } });
        emulator.Model.When("").Says("Hotel Lisboa, good evening.");
        emulator.Model.When("weather").Calls("get_weather").Says("It is sunny, at 24 degrees.");
        emulator.Model.When("table").Calls("reserve_table", """{"guests":2,"time":"20:00"}""").Says("Your table is reserved for eight.");
        emulator.Model.When("Goodbye").Calls("hang_up").Says("Goodbye.");
        emulator.Model.Hears("What is the weather like in Lisbon today?");
        builder.Configuration["Realtime:BaseUrl"] = emulator.BaseUrl.ToString();
        builder.Configuration["Realtime:ApiKey"] = emulator.ApiKey;
        builder.Configuration["RealtimeWebhooks:Secrets:0"] = Secret;
        builder.Configuration["AllowedHosts"] = "127.0.0.1";
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        return new(emulator);
    }

    /// <summary>Places the calls when the application has started, and then stops it.</summary>
    public void Begin(WebApplication app) => app.Lifetime.ApplicationStarted.Register(() => _ = PlaceCallsAsync(app));

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    private async Task PlaceCallsAsync(WebApplication app)
    {
        var webhook = new EmulatedWebhookOptions { Url = new($"{app.Urls.First()}/openai/webhook"), Secret = new(Secret) };
        try
        {
            Console.WriteLine("No OPENAI_API_KEY, so the emulator calls.");
            var guest = await _emulator.PlaceCallAsync(new() { Webhook = webhook });
            await guest.WhenHeardAsync("good evening.");
            await guest.SayAsync(await WavReader.OpenAsync(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "question.wav"))));
            await guest.WhenHeardAsync("24 degrees.");
            await guest.SayAsync("A table for two at eight, please.");
            await guest.WhenHeardAsync("reserved for eight.");
            await guest.SayAsync("Goodbye.");
            await guest.WhenEndedAsync();

            Console.WriteLine("The next caller presses 0.");
            var impatient = await _emulator.PlaceCallAsync(new() { Webhook = webhook });
            await impatient.WhenHeardAsync("good evening.");
            impatient.Press("0");
            Console.WriteLine($"  The caller was transferred to {(await impatient.WhenEndedAsync()).ReferredTo}.");
        }
        finally
        {
            app.Lifetime.StopApplication();
        }
    }
}
