using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Sdk.AspNetCore.Internal;
using Realtime.Sdk.Testing;

namespace Realtime.Sdk.AspNetCore.Tests.Endpoints;

/// <summary>Every handshake that differs from a valid one in up to three ways, to a relay.</summary>
public sealed class RelayMatrixTests
{
    private const string AllowedOrigin = "https://www.example.com", OtherOrigin = "https://evil.example";

    private static readonly RelayCell Valid = RelayCell.All.Single(cell => cell.Differences == 0);

    [Fact]
    public async Task Every_handshake_is_answered_in_the_documented_order()
    {
        await using var worlds = await Worlds.StartAsync();
        var deviations = new List<string>();

        foreach (var cell in RelayCell.All)
            deviations.AddRange((await CheckAsync(cell, worlds.Get(cell.Host, cell.HasFallback)).WithTimeout()).Select(deviation => $"{cell}: {deviation}"));

        RelayCell.All.Count.Should().Be(4_951);
        RelayCell.All.Count(cell => cell.Expect().Status == 101).Should().Be(46);
        string.Join('\n', deviations.Take(20)).Should().BeEmpty("these are the first of {0} deviations", deviations.Count);
    }

    private static async Task<List<string>> CheckAsync(RelayCell cell, World world)
    {
        var (status, title) = cell.Expect();
        var (sent, opened) = (world.Requests, world.App.Emulator.Sessions.Count);
        using var request = CreateRequest(cell, world.App);
        using var response = await world.App.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var deviations = new List<string>();
        if ((int)response.StatusCode != status)
            deviations.Add($"expected {status}, was {(int)response.StatusCode}");
        if (world.Requests - sent is var count && count != cell.ExpectUpstream())
            deviations.Add($"the service got {count} requests");
        var unknown = response.Headers.Concat(response.Content.Headers).Select(header => header.Key).Except(KnownHeaders(status)).ToList();
        if (unknown.Count > 0)
            deviations.Add($"has the headers {string.Join(", ", unknown)}");
        if ((status == 101 || title is not null) && response.Headers.CacheControl?.ToString() != "no-store")
            deviations.Add("may be stored");
        if (status is 429 or 503 && response.Headers.RetryAfter?.Delta is not { TotalSeconds: >= 1 })
            deviations.Add("has no Retry-After");
        if (title is not null)
            deviations.AddRange(CheckProblem(status, title, await response.Content.ReadAsStringAsync()));
        if (cell.TakesPlace)
        {
            response.Dispose();
            await world.Watch.WhenReleasedAsync();
        }
        if (status == 101)
            await world.App.Emulator.Sessions[^1].Completion;
        if (world.Places != World.Held)
            deviations.Add($"keeps {world.Places - World.Held} places");
        if (world.App.Emulator.Sessions.Count - opened is var sessions && sessions != (status == 101 ? 1 : 0))
            deviations.Add($"opened {sessions} sessions");
        return deviations;
    }

    private static HttpRequestMessage CreateRequest(RelayCell cell, TestApp app)
    {
        var request = new HttpRequestMessage(
            HttpMethod.Parse(cell.Verb.ToString()), $"{World.PathOf(cell.Access, cell.Missing, cell.Rate, cell.Places, cell.Upstream)}?prepare={cell.Preparation}");
        if (cell.HasUser)
            request.Headers.Add(TestApp.UserHeader, "ann");
        AddHandshake(request, cell.Handshake);

        // A page whose host name was rebound to this server has the origin of that name.
        if (cell.Name == HostName.Other)
            request.Headers.Host = $"evil.example:{app.Address.Port}";
        var same = $"http://{request.Headers.Host ?? app.Address.Authority}";
        string[] origins = cell.Origin switch
        {
            RelayOrigin.Same => [same],
            RelayOrigin.Allowed => [AllowedOrigin],
            RelayOrigin.Other => [OtherOrigin],
            RelayOrigin.Null => ["null"],
            RelayOrigin.Twice => [same, AllowedOrigin],
            _ => [],
        };
        foreach (var origin in origins)
            request.Headers.TryAddWithoutValidation("Origin", origin);
        if (cell.Site != FetchSite.Absent)
            request.Headers.Add("Sec-Fetch-Site", cell.Site switch { FetchSite.SameOrigin => "same-origin", FetchSite.SameSite => "same-site", _ => "cross-site" });
        return request;
    }

    private static void AddHandshake(HttpRequestMessage request, Handshake handshake)
    {
        Door.AddHandshake(request);
        var (name, value) = handshake switch
        {
            Handshake.NoConnection => ("Connection", null),
            Handshake.NoUpgrade => ("Upgrade", null),
            Handshake.OtherUpgrade => ("Upgrade", "h2c"),
            Handshake.OldVersion => ("Sec-WebSocket-Version", "8"),
            Handshake.NoVersion => ("Sec-WebSocket-Version", null),
            Handshake.NoKey => ("Sec-WebSocket-Key", null),
            Handshake.ShortKey => ("Sec-WebSocket-Key", "dGhlIHNhbXBsZQ=="),
            _ => ("", (string?)null),
        };
        if (name.Length == 0)
            return;
        request.Headers.Remove(name);
        if (value is not null)
            request.Headers.Add(name, value);
    }

    private static string[] KnownHeaders(int status)
    {
        string[] common = ["Date", "Server", "Content-Type", "Content-Length", "Transfer-Encoding", "Cache-Control"];
        string[] special = status switch
        {
            101 => ["Connection", "Upgrade", "Sec-WebSocket-Accept"],
            405 => ["Allow"],
            426 => ["Upgrade", "Connection"],
            429 or 503 => ["Retry-After"],
            _ => [],
        };
        return [.. common, .. special];
    }

    private static IEnumerable<string> CheckProblem(int status, string title, string body)
    {
        var problem = JsonDocument.Parse(body).RootElement;
        if (problem.EnumerateObject().Any(member => member.Name is not ("type" or "title" or "status" or "traceId")))
            yield return $"has other members: {body}";
        if (problem.GetProperty("status").GetInt32() != status || problem.GetProperty("title").GetString() != title)
            yield return $"has another problem: {body}";
    }

    /// <summary>The applications: one for each state of the host, without and with a fallback policy.</summary>
    private sealed class Worlds : IAsyncDisposable
    {
        private readonly Dictionary<(HostState State, bool HasFallback), World> _all = [];
        private readonly RealtimeEmulator _refusing;

        private Worlds(RealtimeEmulator refusing) => _refusing = refusing;

        public static async Task<Worlds> StartAsync()
        {
            var worlds = new Worlds(await RealtimeEmulator.StartAsync(new() { RefusesAtHandshake = true }).WithTimeout());
            foreach (var state in Enum.GetValues<HostState>())
            {
                foreach (var hasFallback in new[] { false, true })
                    worlds._all[(state, hasFallback)] = await World.StartAsync(state, hasFallback, worlds._refusing);
            }
            return worlds;
        }

        public World Get(HostState state, bool hasFallback) => _all[(state, hasFallback)];

        public async ValueTask DisposeAsync()
        {
            foreach (var world in _all.Values)
                await world.DisposeAsync();
            await _refusing.DisposeAsync();
        }
    }

    /// <summary>An application with a relay for each combination of options, in which one session of the user and one of the address are open.</summary>
    private sealed class World(TestApp app, RealtimeEmulator refusing, Socket closed) : IAsyncDisposable
    {
        public const int Held = 2;

        private readonly List<HttpResponseMessage> _held = [];

        public TestApp App => app;

        public WatchedCallHost Watch => (WatchedCallHost)app.App.Services.GetRequiredService<IRealtimeCallHost>();

        public int Places => Watch.Host.Places;

        public int Requests => app.Emulator.Requests.Count + refusing.Requests.Count;

        public static async Task<World> StartAsync(HostState state, bool hasFallback, RealtimeEmulator refusing)
        {
            // An address at which no server listens, as long as the socket has it.
            var closed = new Socket(SocketType.Stream, ProtocolType.Tcp);
            closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var app = await TestApp.StartAsync(
                app => Map(app, hasFallback), builder => Build(builder, state, hasFallback, refusing.BaseUrl, new($"http://{closed.LocalEndPoint}/v1")));
            var world = new World(app, refusing, closed);
            try
            {
                await world.BeginAsync(hasFallback ? [RelayAccess.FallbackWithUser, RelayAccess.FallbackWithUser] : [RelayAccess.User, RelayAccess.Anonymous]);
                if (state == HostState.Stopping)
                    await world.Watch.Host.StoppingAsync(CancellationToken.None).WithTimeout();
                return world;
            }
            catch
            {
                await world.DisposeAsync();
                throw;
            }
        }

        public static string PathOf(RelayAccess access, MissingOrigin missing, Quota rate, Quota places, Upstream upstream)
        {
            var area = access switch
            {
                RelayAccess.User or RelayAccess.RequiredWithoutUser => "required",
                RelayAccess.PolicyRefuses => "policy",
                RelayAccess.Anonymous => "anonymous",
                _ => "fallback",
            };
            return $"/{area}/{missing}/{rate}/{places}/{upstream}";
        }

        public async ValueTask DisposeAsync()
        {
            _held.ForEach(response => response.Dispose());
            closed.Dispose();
            await app.DisposeAsync();
        }

        private static void Map(WebApplication app, bool hasFallback)
        {
            foreach (var (missing, rate, places, upstream) in
                from missing in Enum.GetValues<MissingOrigin>()
                from rate in Enum.GetValues<Quota>()
                from places in Enum.GetValues<Quota>()
                from upstream in Enum.GetValues<Upstream>()
                select (missing, rate, places, upstream))
            {
                var options = new RealtimeEndpointOptions
                {
                    AllowedOrigins = [AllowedOrigin],
                    AllowMissingOrigin = missing == MissingOrigin.Allowed,
                    RateLimit = new() { Requests = rate == Quota.Left ? 1_000_000 : 1, Period = TimeSpan.FromDays(1) },
                    MaxCallsPerUser = places == Quota.Left ? 1_000_000 : 1,
                    Prepare = PrepareAsync,
                };
                if (hasFallback)
                {
                    MapOne(RelayAccess.FallbackWithUser);
                    continue;
                }
                MapOne(RelayAccess.User).RequireAuthorization();
                MapOne(RelayAccess.PolicyRefuses).RequireAuthorization(policy => policy.RequireUserName("bob"));
                MapOne(RelayAccess.Anonymous).AllowAnonymous();

                IEndpointConventionBuilder MapOne(RelayAccess access) =>
                    app.MapRealtimeRelay(PathOf(access, missing, rate, places, upstream), upstream == Upstream.Accepts ? "waiter" : $"{upstream}", options);
            }
        }

        private static ValueTask<RealtimeConversationOptions?> PrepareAsync(Microsoft.AspNetCore.Http.HttpContext context, RealtimeConversationOptions options, CancellationToken _) =>
            Enum.Parse<Preparation>(context.Request.Query["prepare"]!) switch
            {
                Preparation.Refuses => new((RealtimeConversationOptions?)null),
                Preparation.Throws => throw new InvalidOperationException("The code of the app fails."),
                _ => new(options),
            };

        private static void Build(WebApplicationBuilder builder, HostState state, bool hasFallback, Uri refusing, Uri unreachable)
        {
            builder.Configuration["AllowedHosts"] = "127.0.0.1";
            builder.Services.AddRealtimeEndpoints(options => (options.MaxCalls, options.DrainTimeout) = (state == HostState.Full ? Held : 1_000, TimeSpan.FromDays(1)));
            builder.Services.AddSingleton<IRealtimeCallHost>(provider => new WatchedCallHost(provider.GetRequiredService<CallHost>()));
            if (hasFallback)
                builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
            foreach (var (upstream, address) in new[] { ($"{Upstream.Refuses}", refusing), ($"{Upstream.Unreachable}", unreachable) })
            {
                builder.Services.AddRealtimeClient(upstream, options => (options.BaseUrl, options.ApiKey) = (address, "sk-wrong"));
                builder.Services.AddRealtimeAgent(new RealtimeAgent { Name = upstream, Session = new() { Model = "gpt-realtime-2.1" } }).UseClient(upstream);
            }
        }

        /// <summary>Uses up every limit of one request, for which no session needs to be opened, and opens the sessions that stay.</summary>
        private async Task BeginAsync(RelayAccess[] accesses)
        {
            foreach (var (access, missing, places, upstream) in
                from access in accesses.Distinct()
                from missing in Enum.GetValues<MissingOrigin>()
                from places in Enum.GetValues<Quota>()
                from upstream in Enum.GetValues<Upstream>()
                select (access, missing, places, upstream))
            {
                var cell = Valid with { Access = access, Missing = missing, Rate = Quota.Exhausted, Places = places, Upstream = upstream, Preparation = Preparation.Refuses };
                using var refused = await SendAsync(cell);
                refused.StatusCode.Should().Be(HttpStatusCode.Forbidden);
            }
            foreach (var access in accesses)
            {
                _held.Add(await SendAsync(Valid with { Access = access }));
                _held[^1].StatusCode.Should().Be(HttpStatusCode.SwitchingProtocols);
            }
        }

        private async Task<HttpResponseMessage> SendAsync(RelayCell cell)
        {
            using var request = CreateRequest(cell, app);
            return await app.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WithTimeout();
        }
    }
}
