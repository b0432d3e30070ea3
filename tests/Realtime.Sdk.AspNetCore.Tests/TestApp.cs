using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.AspNetCore.Tests;

/// <summary>An application of a user: a real server on a loopback port with the agent "waiter", whose client talks to the emulator.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    public const string UserHeader = "X-Test-User", Call = "/realtime/call", Token = "/realtime/token";

    private TestApp(RealtimeEmulator emulator, WebApplication app)
    {
        (Emulator, App) = (emulator, app);
        Address = new(app.Urls.Single());
        Http = new() { BaseAddress = Address };
    }

    public RealtimeEmulator Emulator { get; }

    public WebApplication App { get; }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public FakeLogCollector Logs => App.Services.GetFakeLogCollector();

    /// <summary>Starts the application.</summary>
    /// <param name="map">Maps its endpoints.</param>
    /// <param name="build">Adds to its services; null adds nothing.</param>
    /// <param name="waiter">Completes the agent; null leaves it without functions.</param>
    /// <param name="emulation">The options of the emulator; null uses a call without media.</param>
    public static async Task<TestApp> StartAsync(
        Action<WebApplication> map, Action<WebApplicationBuilder>? build = null, Action<RealtimeAgentBuilder>? waiter = null, RealtimeEmulatorOptions? emulation = null)
    {
        var emulator = await RealtimeEmulator.StartAsync(emulation ?? new() { AnswersWithoutMedia = true });
        try
        {
            var app = Build(emulator, map, build, waiter);
            await app.StartAsync().WithTimeout();
            return new(emulator, app);
        }
        catch
        {
            await emulator.DisposeAsync();
            throw;
        }
    }

    public static WebApplication Build(
        RealtimeEmulator emulator, Action<WebApplication> map, Action<WebApplicationBuilder>? build = null, Action<RealtimeAgentBuilder>? waiter = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddFakeLogging();
        builder.Services.AddAuthentication("Test").AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("Test", _ => { });
        builder.Services.AddAuthorization();
        builder.Services.AddRealtimeClient(options => (options.BaseUrl, options.ApiKey) = (emulator.BaseUrl, emulator.ApiKey));
        var agent = builder.Services.AddRealtimeAgent(new RealtimeAgent { Name = "waiter", Session = new() { Model = "gpt-realtime-2.1", Instructions = "Take the order." } });
        waiter?.Invoke(agent);
        builder.Services.AddRealtimeEndpoints(options => options.DrainTimeout = TimeSpan.Zero);
        build?.Invoke(builder);
        var app = builder.Build();
        map(app);
        return app;
    }

    /// <summary>Posts an offer, as a page of the same origin does.</summary>
    public Task<HttpResponseMessage> OfferAsync(string? user = "ann", string path = Call) => SendAsync(HttpMethod.Post, path, user, Sdp(Offers.Browser));

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? user, HttpContent? content = null, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add("Origin", Address.GetLeftPart(UriPartial.Authority));
        if (user is not null)
            request.Headers.Add(UserHeader, user);
        change?.Invoke(request);

        // The content of a response that opens a WebSocket does not end.
        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WithTimeout();
    }

    public static HttpContent Sdp(string offer) => new StringContent(offer, Encoding.UTF8, new MediaTypeHeaderValue("application/sdp"));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.StopAsync().WithTimeout();
        await App.DisposeAsync();
        await Emulator.DisposeAsync();
    }

    /// <summary>Authenticates the user that a header names, in place of a cookie.</summary>
    internal sealed class HeaderAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (Request.Headers[UserHeader] is not [{ Length: > 0 } user])
                return Task.FromResult(AuthenticateResult.NoResult());
            var identity = new ClaimsIdentity([new(ClaimTypes.NameIdentifier, user), new(ClaimTypes.Name, user)], Scheme.Name);
            return Task.FromResult(AuthenticateResult.Success(new(new(identity), Scheme.Name)));
        }
    }
}
