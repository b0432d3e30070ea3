using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>The emulator's web server: Kestrel with only sockets, TLS, CORS and one request handler.</summary>
internal sealed class EmulatorServer : IAsyncDisposable
{
    private static readonly TimeSpan ShutdownTime = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;

    private EmulatorServer(WebApplication app, Uri http, Uri https)
    {
        _app = app;
        Http = http;
        Https = https;
    }

    public Uri Http { get; }

    public Uri Https { get; }

    public static async Task<EmulatorServer> StartAsync(
        RealtimeEmulatorOptions options, X509Certificate2 certificate, Func<Socket, EmulatorConnection> connect, RequestDelegate handle, CancellationToken cancellationToken)
    {
        ListenOptions http = null!, https = null!;
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();

        // Replaces the console lifetime, which would handle SIGINT, SIGQUIT and SIGTERM of the process that hosts the emulator.
        builder.Services.AddSingleton<IHostLifetime, EmulatorLifetime>();

        // A write completes only when the operating system has accepted the bytes, so that the bytes before a fault have been sent when the fault occurs.
        builder.Services.Configure<SocketTransportOptions>(transport => transport.MaxWriteBufferSize = 1);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(options.Address, options.HttpPort, listen => Configure(http = listen, connect));
            kestrel.Listen(options.Address, options.HttpsPort, listen => Configure((https = listen).UseHttps(certificate), connect));
        });
        builder.Services.AddCors();
        var app = builder.Build();

        // The middleware answers preflights, so they are not recorded and use no response that was scripted for the actual request.
        app.UseCors(policy => CorsPolicies.Configure(policy, options.AllowedOrigins));
        app.Run(handle);
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
            return new(app, GetAddress("http", http, options), GetAddress("https", https, options));
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using (var shutdown = new CancellationTokenSource(ShutdownTime))
            await _app.StopAsync(shutdown.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    private static void Configure(ListenOptions listen, Func<Socket, EmulatorConnection> connect)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => context =>
        {
            var connection = connect(context.Features.Get<IConnectionSocketFeature>()!.Socket);
            context.Features.Set(connection);
            context.Transport = new FaultyTransport(context.Transport, connection);
            return next(context);
        });
    }

    private static Uri GetAddress(string scheme, ListenOptions listen, RealtimeEmulatorOptions options)
    {
        var host = options.Address.Equals(IPAddress.Any) || options.Address.Equals(IPAddress.IPv6Any) ? IPAddress.Loopback : options.Address;
        return new UriBuilder(scheme, host.ToString(), listen.IPEndPoint!.Port, "/v1").Uri;
    }

    /// <summary>Keeps the server running until it is disposed, regardless of the signals that its process receives.</summary>
    private sealed class EmulatorLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
