using System.ClientModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Theirs = OpenAI.Realtime;

namespace Realtime.Sdk.Interop.Tests;

/// <summary>A relay with an agent of the server behind it, which runs the function. Clients may configure anything, and it is ignored.</summary>
internal sealed class RelayHost : IAsyncDisposable
{
    public const string Instructions = "You know the weather.";

    private readonly WebApplication _app;

    private RelayHost(RealtimeEmulator emulator, WebApplication app) => (Emulator, _app) = (emulator, app);

    public RealtimeEmulator Emulator { get; }

    /// <summary>The official client, whose address is that of the relay.</summary>
    public Theirs.RealtimeClient Client => new(new ApiKeyCredential("unused"), new() { Endpoint = new($"{_app.Urls.Single()}/v1") });

    public static async Task<RelayHost> StartAsync()
    {
        var emulator = await RealtimeEmulator.StartAsync();
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddRealtimeClient(options => (options.BaseUrl, options.ApiKey) = (emulator.BaseUrl, emulator.ApiKey));
        builder.Services.AddRealtimeEndpoints();
        builder.Services.AddRealtimeAgent(new RealtimeAgent { Name = "guide", Session = new() { Model = "gpt-realtime-2.1", Instructions = Instructions } })
            .AddFunction(Weather.Tool, Weather.Description, (_, _) => Task.FromResult(Weather.Output));
        var app = builder.Build();
        app.MapRealtimeRelay("/v1/realtime", "guide", new() { AllowMissingOrigin = true, Relay = new() { Policy = new() { DropForbiddenMembers = true } } }).AllowAnonymous();
        await app.StartAsync().WithTimeout();
        return new(emulator, app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Emulator.DisposeAsync();
    }
}
