#:sdk Microsoft.NET.Sdk.Web
#:package Yarp.ReverseProxy
#:project ../../../src/Realtime.Sdk.AspNetCore/Realtime.Sdk.AspNetCore.csproj
#:property RestorePackagesWithLockFile=false
#:property PublishAot=false
// Runs a relay between pages and a service: raw, yarp, websocket or ours. Prints its URL, and for each line of input the cost of its process so far.
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Realtime.Sdk;

var (candidate, service, model) = (args[0], new Uri(args[1]), args[2]);
Console.WriteLine(candidate == "raw" ? RawRelay.Start(service) : Start());

// On the main thread: a thread of the pool that waits for input would be missing in the relay.
while (Console.ReadLine() is { } line)
{
    if (line == "collect")
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
    Console.WriteLine($"{Environment.CpuUsage.TotalTime.Ticks} {GC.GetTotalAllocatedBytes(precise: true)} {GC.GetTotalMemory(false)}");
}

string Start()
{
    var builder = WebApplication.CreateBuilder();
    builder.Logging.ClearProviders();
    builder.WebHost.UseUrls("http://127.0.0.1:0");
    switch (candidate)
    {
        case "yarp":
            builder.Services.AddHttpForwarder();
            break;
        case "ours":
            OurRelay.Add(builder.Services, service, model);
            break;
    }
    var app = builder.Build();
    switch (candidate)
    {
        case "yarp":
            app.MapForwarder("/{**path}", service.GetLeftPart(UriPartial.Authority));
            break;
        case "ours":
            OurRelay.Map(app);
            break;
        default:
            WebSocketRelay.Map(app, service);
            break;
    }
    app.Start();
    return app.Urls.Single();
}

/// <summary>The floor of any relay: the bytes of two sockets, which are not read. The page sends the handshake to the service.</summary>
internal static class RawRelay
{
    public static string Start(Uri service)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(backlog: 4096);
        _ = AcceptAsync(listener, service);
        return $"http://{listener.LocalEndpoint}";
    }

    private static async Task AcceptAsync(TcpListener listener, Uri service)
    {
        while (true)
            _ = RelayAsync(await listener.AcceptSocketAsync(), service);
    }

    private static async Task RelayAsync(Socket page, Uri service)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (page)
        {
            page.NoDelay = true;
            await server.ConnectAsync(IPAddress.Parse(service.Host), service.Port);
            await Task.WhenAny(PumpAsync(page, server), PumpAsync(server, page));
        }
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        for (int read; (read = await from.ReceiveAsync(buffer.AsMemory())) > 0;)
            await to.SendAsync(buffer.AsMemory(0, read));
    }
}

/// <summary>A relay of a few lines, as an application without a library would have it: each part of a message is sent as it is received.</summary>
internal static class WebSocketRelay
{
    public static void Map(WebApplication app, Uri service)
    {
        app.UseWebSockets();
        app.Map("/{**path}", async (HttpContext context) =>
        {
            using var server = new ClientWebSocket();
            await server.ConnectAsync(new($"ws://{service.Authority}{context.Request.Path}{context.Request.QueryString}"), context.RequestAborted);
            using var page = await context.WebSockets.AcceptWebSocketAsync();
            await Task.WhenAny(PumpAsync(page, server, context.RequestAborted), PumpAsync(server, page, context.RequestAborted));
            server.Abort();
            page.Abort();
        });
    }

    private static async Task PumpAsync(WebSocket from, WebSocket to, CancellationToken aborted)
    {
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var part = await from.ReceiveAsync(buffer.AsMemory(), aborted);
            if (part.MessageType == WebSocketMessageType.Close)
                return;
            await to.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, aborted);
        }
    }
}

/// <summary>The relay of this SDK with its default policy, which reads the events in both directions. Only its limits of the number of calls are raised.</summary>
internal static class OurRelay
{
    private const string Agent = "agent";

    public static void Add(IServiceCollection services, Uri service, string model)
    {
        services.AddRealtimeClient(options => (options.ApiKey, options.BaseUrl, options.AllowInsecureTransport) = ("sk-benchmark", service, true));
        services.AddRealtimeAgent(new RealtimeAgent { Name = Agent, Session = new() { Model = model } });
        services.AddRealtimeEndpoints(options => options.MaxCalls = 100_000);
    }

    public static void Map(WebApplication app) =>
        app.MapRealtimeRelay("/v1/realtime", Agent, new() { RateLimit = null, MaxCallsPerUser = 100_000 }).AllowAnonymous();
}
