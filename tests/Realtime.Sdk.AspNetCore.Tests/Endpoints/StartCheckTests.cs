using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Realtime.Sdk.Testing;

namespace Realtime.Sdk.AspNetCore.Tests.Endpoints;

/// <summary>An application does not start with an endpoint that is open to everybody, or cannot work.</summary>
public sealed class StartCheckTests
{
    [Theory]
    [MemberData(nameof(Door.All), MemberType = typeof(Door))]
    public async Task An_unprotected_endpoint_is_refused(Door door)
    {
        var message = await FailAsync(app => door.Map(app, "/door"));

        message.Should().Be($"{door.Method}(\"/door\", \"waiter\") is not protected: call RequireAuthorization() on it, or AllowAnonymous() if anonymous users may use your API key.");
    }

    [Theory]
    [MemberData(nameof(Door.All), MemberType = typeof(Door))]
    public async Task Every_way_to_authorize_is_accepted(Door door)
    {
        await using var app = await TestApp.StartAsync(
            app =>
            {
                door.Map(app, "/own").RequireAuthorization();
                door.Map(app, "/named").RequireAuthorization("known");
                door.Map(app, "/built").RequireAuthorization(policy => policy.RequireAuthenticatedUser());
                door.Map(app, "/attribute").WithMetadata(new AuthorizeAttribute());
                door.Map(app, "/requirement").WithMetadata(new KnownUserAttribute());
                door.Map(app.MapGroup("/group").RequireAuthorization(), "/door");
                door.Map(app, "/anonymous").AllowAnonymous();
            },
            builder => builder.Services.AddAuthorizationBuilder().AddPolicy("known", policy => policy.RequireAuthenticatedUser()));

        foreach (var path in new[] { "/own", "/named", "/built", "/attribute", "/requirement", "/group/door" })
            (await PostAsync(app, door, path)).Should().Be(HttpStatusCode.Unauthorized, path);
        app.Emulator.Requests.Should().BeEmpty();
        (await PostAsync(app, door, "/anonymous")).Should().Be(door.Success);
    }

    [Theory]
    [MemberData(nameof(Door.All), MemberType = typeof(Door))]
    public async Task A_fallback_policy_is_accepted(Door door)
    {
        await using var app = await TestApp.StartAsync(app => door.Map(app, "/door"), AddFallback);

        (await PostAsync(app, door, "/door")).Should().Be(HttpStatusCode.Unauthorized);
        app.Emulator.Requests.Should().BeEmpty();
        (await PostAsync(app, door, "/door", "ann")).Should().Be(door.Success);
    }

    [Theory]
    [MemberData(nameof(Door.All), MemberType = typeof(Door))]
    public async Task A_fallback_policy_that_no_middleware_applies_protects_nothing_so_requests_are_refused(Door door)
    {
        await using var app = await TestApp.StartAsync(
            app =>
            {
                // The framework adds the middleware only if nobody claims to have done so.
                ((IApplicationBuilder)app).Properties["__AuthorizationMiddlewareSet"] = true;
                door.Map(app, "/door");
            },
            AddFallback);

        (await PostAsync(app, door, "/door")).Should().Be(HttpStatusCode.InternalServerError);
        (await PostAsync(app, door, "/door", "ann")).Should().Be(HttpStatusCode.InternalServerError);
        app.Emulator.Requests.Should().BeEmpty();
        app.Logs.GetSnapshot().Where(entry => entry.Id.Id == 306).Select(entry => entry.Message).Should().HaveCount(2).And.AllBe(
            $"{door.Method}(\"/door\", \"waiter\") refused a request, because it has no authorization. Map it before the application starts, and call UseAuthorization before the endpoints.");
    }

    [Theory]
    [MemberData(nameof(Door.All), MemberType = typeof(Door))]
    public async Task An_endpoint_that_is_mapped_after_the_start_is_refused(Door door)
    {
        using var late = new LateRoutes();
        await using var app = await TestApp.StartAsync(app =>
        {
            door.Map(app, "/door").RequireAuthorization();
            ((IEndpointRouteBuilder)app).DataSources.Add(late);
        });

        late.Add(app.App, routes => door.Map(routes, "/late").AllowAnonymous());

        (await PostAsync(app, door, "/late", "ann")).Should().Be(HttpStatusCode.InternalServerError);
        app.Emulator.Requests.Should().BeEmpty();
        app.Logs.GetSnapshot().Should().ContainSingle(entry => entry.Id.Id == 306);
    }

    [Theory]
    [MemberData(nameof(Door.All), MemberType = typeof(Door))]
    public async Task A_route_that_was_opened_afterwards_is_found(Door door)
    {
        // AllowAnonymous wins over RequireAuthorization, as everywhere in the framework: it is explicit.
        await using var app = await TestApp.StartAsync(app => door.Map(app, "/door").RequireAuthorization().AllowAnonymous());

        (await PostAsync(app, door, "/door")).Should().Be(door.Success);
    }

    [Theory]
    [MemberData(nameof(Door.All), MemberType = typeof(Door))]
    public void Map_without_the_services_names_the_missing_call(Door door)
    {
        var app = WebApplication.CreateBuilder().Build();

        var map = () => door.Map(app, "/door");

        map.Should().Throw<InvalidOperationException>().WithMessage($"{door.Method} needs services that are not registered: call builder.Services.AddRealtimeEndpoints().");
    }

    [Fact]
    public async Task An_agent_with_functions_needs_an_endpoint_whose_functions_run()
    {
        var message = await FailAsync(app => app.MapRealtimeClientSecrets("/door", "waiter").RequireAuthorization(), waiter: AddFunction);

        message.Should().Be(
            "MapRealtimeClientSecrets(\"/door\", \"waiter\"): the agent has functions, which run on the server: use MapRealtimeWebRtc, or set SessionOnly to leave them out.");
    }

    [Fact]
    public async Task So_does_an_agent_with_handoffs_or_guardrails()
    {
        var message = await FailAsync(
            app => app.MapRealtimeClientSecrets("/door", "waiter").RequireAuthorization(),
            waiter: agent => agent.Configure((waiter, _) => waiter with
            {
                Handoffs = [new RealtimeAgent { Name = "sommelier" }],
                Guardrails = [Guardrail.OnOutput("no_prices", _ => null)],
            }));

        message.Should().Be(
            "MapRealtimeClientSecrets(\"/door\", \"waiter\"): the agent has handoffs, guardrails, which run on the server: use MapRealtimeWebRtc, or set SessionOnly to leave them out.");
    }

    [Fact]
    public async Task Functions_can_be_left_out_of_client_secrets_explicitly()
    {
        await using var app = await TestApp.StartAsync(
            app => app.MapRealtimeClientSecrets("/door", "waiter", new() { SessionOnly = true }).RequireAuthorization(), waiter: AddFunction);

        (await PostAsync(app, Door.ClientSecrets, "/door", "ann")).Should().Be(HttpStatusCode.OK);
        app.Emulator.Requests.Single().BodyText.Should().NotContain("cook");
    }

    [Fact]
    public async Task All_faults_are_reported_at_once()
    {
        var message = await FailAsync(
            app =>
            {
                app.MapRealtimeWebRtc("/call", "waiter");
                app.MapRealtimeWebRtc("/unknown", "cook").RequireAuthorization();
                app.MapRealtimeClientSecrets("/token", "waiter");
                app.MapRealtimeClientSecrets("/token2", "cook").AllowAnonymous();
                app.MapRealtimeRelay("/relay", "waiter");
                app.MapRealtimeRelay("/relay2", "cook").RequireAuthorization();
            },
            waiter: AddFunction);

        message.Split(Environment.NewLine).Should().BeEquivalentTo(
            "MapRealtimeWebRtc(\"/call\", \"waiter\") is not protected: call RequireAuthorization() on it, or AllowAnonymous() if anonymous users may use your API key.",
            "MapRealtimeWebRtc(\"/unknown\", \"cook\"): There is no agent \"cook\": call services.AddRealtimeAgent(\"cook\", …).",
            "MapRealtimeClientSecrets(\"/token\", \"waiter\") is not protected: call RequireAuthorization() on it, or AllowAnonymous() if anonymous users may use your API key.",
            "MapRealtimeClientSecrets(\"/token\", \"waiter\"): the agent has functions, which run on the server: use MapRealtimeWebRtc, or set SessionOnly to leave them out.",
            "MapRealtimeClientSecrets(\"/token2\", \"cook\"): There is no agent \"cook\": call services.AddRealtimeAgent(\"cook\", …).",
            "MapRealtimeRelay(\"/relay\", \"waiter\") is not protected: call RequireAuthorization() on it, or AllowAnonymous() if anonymous users may use your API key.",
            "MapRealtimeRelay(\"/relay2\", \"cook\"): There is no agent \"cook\": call services.AddRealtimeAgent(\"cook\", …).");
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("*", true)]
    [InlineData("www.example.com;*", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("[::]", true)]
    [InlineData("127.0.0.1", false)]
    public async Task Host_names_that_are_not_limited_are_warned_of(string? allowedHosts, bool isWarned)
    {
        await using var app = await TestApp.StartAsync(
            app => app.MapRealtimeClientSecrets("/door", "waiter").RequireAuthorization(), builder => builder.Configuration["AllowedHosts"] = allowedHosts);

        app.Logs.GetSnapshot().Where(entry => entry.Id.Id == 307).Select(entry => entry.Message).Should().Equal(
            isWarned ? ["AllowedHosts is not set, so requests with any host name are accepted. Set it to the host names of the application."] : []);
    }

    [Fact]
    public async Task Options_of_the_call_host_are_validated()
    {
        await using var emulator = await RealtimeEmulator.StartAsync().WithTimeout();
        await using var app = TestApp.Build(
            emulator, app => app.MapRealtimeClientSecrets("/door", "waiter").RequireAuthorization(),
            builder => builder.Services.AddRealtimeEndpoints(options => (options.MaxCalls, options.DrainTimeout) = (0, TimeSpan.FromDays(2))));

        var start = () => app.StartAsync().WithTimeout();

        (await start.Should().ThrowAsync<OptionsValidationException>()).Which.Failures.Should().Equal(
            "MaxCalls is 0, must be at least 1", "DrainTimeout is 2.00:00:00, must be 0 to 1.00:00:00");
    }

    private static void AddFunction(RealtimeAgentBuilder agent) => agent.AddFunction("cook", "Cooks.", (_, _) => Task.FromResult("Cooked."));

    private static void AddFallback(WebApplicationBuilder builder) =>
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());

    /// <summary>Returns why an application does not start.</summary>
    private static async Task<string> FailAsync(Action<WebApplication> map, Action<RealtimeAgentBuilder>? waiter = null)
    {
        await using var emulator = await RealtimeEmulator.StartAsync().WithTimeout();
        await using var app = TestApp.Build(emulator, map, waiter: waiter);
        var start = () => app.StartAsync().WithTimeout();
        var failure = await start.Should().ThrowAsync<InvalidOperationException>();
        app.Urls.Should().OnlyContain(url => url.EndsWith(":0"), "the server must not listen");
        return failure.Which.Message;
    }

    private static async Task<HttpStatusCode> PostAsync(TestApp app, Door door, string path, string? user = null)
    {
        using var response = await door.SendAsync(app, path, user);
        return response.StatusCode;
    }

    /// <summary>Routes that an application adds while it runs.</summary>
    private sealed class LateRoutes : EndpointDataSource, IDisposable
    {
        private readonly CancellationTokenSource _changed = new();
        private IReadOnlyList<Endpoint> _endpoints = [];

        public override IReadOnlyList<Endpoint> Endpoints => _endpoints;

        public void Add(IEndpointRouteBuilder app, Action<IEndpointRouteBuilder> map)
        {
            var routes = new Routes(app);
            map(routes);
            _endpoints = [.. routes.DataSources.SelectMany(source => source.Endpoints)];
            _changed.Cancel();
        }

        public override IChangeToken GetChangeToken() => _endpoints.Count == 0 ? new CancellationChangeToken(_changed.Token) : NullChangeToken.Singleton;

        public void Dispose() => _changed.Dispose();

        private sealed class Routes(IEndpointRouteBuilder app) : IEndpointRouteBuilder
        {
            public IServiceProvider ServiceProvider => app.ServiceProvider;

            public ICollection<EndpointDataSource> DataSources { get; } = [];

            public IApplicationBuilder CreateApplicationBuilder() => app.CreateApplicationBuilder();
        }
    }

    [AttributeUsage(AttributeTargets.All)]
    private sealed class KnownUserAttribute : Attribute, IAuthorizationRequirementData
    {
        public IEnumerable<IAuthorizationRequirement> GetRequirements() => [new DenyAnonymousAuthorizationRequirement()];
    }
}
