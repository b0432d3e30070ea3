using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Realtime.Sdk.AspNetCore.Tests.Endpoints;

/// <summary>What the code of the app decides for a request.</summary>
public sealed class PrepareTests
{
    private const string Secret = "canary-of-app";

    [Theory]
    [MemberData(nameof(Door.All), MemberType = typeof(Door))]
    public async Task Null_refuses_the_request(Door door)
    {
        await using var app = await StartAsync(door, (_, _, _) => new((RealtimeConversationOptions?)null));

        using var response = await door.SendAsync(app, TestApp.Token, "ann");

        await Problems.ExpectAsync(response, 403, "The request was refused.");
        app.Emulator.Requests.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Door.All), MemberType = typeof(Door))]
    public async Task An_exception_refuses_the_request_without_its_text(Door door)
    {
        await using var app = await StartAsync(door, (_, _, _) => throw new InvalidOperationException(Secret));

        using var response = await door.SendAsync(app, TestApp.Token, "ann");

        await Problems.ExpectAsync(response, 500, "The request could not be processed.");
        app.Emulator.Requests.Should().BeEmpty();
        app.Logs.GetSnapshot().Single(entry => entry.Level >= LogLevel.Error).Message.Should().Be(
            $"{door.Method}(\"{TestApp.Token}\", \"waiter\") refused a request, because the callback Prepare threw a InvalidOperationException.");
    }

    [Theory]
    [MemberData(nameof(Door.All), MemberType = typeof(Door))]
    public async Task A_cancellation_of_the_app_itself_is_an_exception_like_others(Door door)
    {
        await using var app = await StartAsync(door, (_, _, _) => throw new OperationCanceledException(Secret));

        using var response = await door.SendAsync(app, TestApp.Token, "ann");

        await Problems.ExpectAsync(response, 500, "The request could not be processed.");
    }

    [Theory]
    [MemberData(nameof(Door.All), MemberType = typeof(Door))]
    public async Task An_agent_that_cannot_be_prepared_refuses_the_request(Door door)
    {
        await using var app = await StartAsync(
            door, (_, options, _) => new(options), agentPrepare: (_, _) => throw new InvalidOperationException(Secret));

        using var response = await door.SendAsync(app, TestApp.Token, "ann");

        await Problems.ExpectAsync(response, 500, "The request could not be processed.");
        app.Emulator.Requests.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Door.All), MemberType = typeof(Door))]
    public async Task An_agent_that_breaks_a_rule_of_the_API_refuses_the_request(Door door)
    {
        await using var app = await StartAsync(
            door, (_, options, _) => new(options), agentPrepare: (context, _) => new(context.Agent with { Session = context.Agent.Session with { MaxOutputTokens = -5 } }));

        using var response = await door.SendAsync(app, TestApp.Token, "ann");

        await Problems.ExpectAsync(response, 500, "The request could not be processed.");
        app.Emulator.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task A_client_secret_refuses_what_only_a_conversation_of_the_server_can_have()
    {
        await using var recorder = new SessionRecorder(new MemoryStream());
        var given = new Dictionary<string, RealtimeConversationOptions>
        {
            ["Budget"] = new() { Budget = new() { Tokens = 1_000 } },
            ["History"] = new() { History = new() { Agent = "waiter", SavedAt = DateTimeOffset.UnixEpoch, Items = [] } },
            ["Recorder"] = new() { Recorder = recorder },
            ["Renewal"] = new() { Renewal = new() },
        };
        await using var app = await StartAsync(Door.ClientSecrets, (http, _, _) => new(given[http.Request.Query["member"]!]));

        foreach (var member in given.Keys)
        {
            using var response = await Door.ClientSecrets.SendAsync(app, $"{TestApp.Token}?member={member}", "ann");
            await Problems.ExpectAsync(response, 500, "The request could not be processed.");
        }

        app.Emulator.Requests.Should().BeEmpty();
        app.Logs.GetSnapshot().Where(entry => entry.Level >= LogLevel.Error).Select(entry => entry.Message).Should().Equal(given.Keys.Select(member =>
            $"MapRealtimeClientSecrets(\"{TestApp.Token}\", \"waiter\") refused a request, because the callback Prepare set {member}: the server takes no part in the conversations of a client secret. Use MapRealtimeWebRtc."));
    }

    [Theory]
    [InlineData(false, HttpStatusCode.InternalServerError)]
    [InlineData(true, HttpStatusCode.OK)]
    public async Task Functions_that_the_agent_adds_for_a_user_are_noticed(bool sessionOnly, HttpStatusCode expected)
    {
        await using var app = await StartAsync(
            Door.ClientSecrets, (_, options, _) => new(options), (context, _) => new(context.Agent with { Functions = Cook() }), sessionOnly);

        using var response = await Door.ClientSecrets.SendAsync(app, TestApp.Token, "ann");

        response.StatusCode.Should().Be(expected);
        app.Emulator.Requests.Select(request => request.BodyText).Should().NotContain(body => body.Contains("cook"));
        app.Emulator.Requests.Should().HaveCount(sessionOnly ? 1 : 0);
        app.Logs.GetSnapshot().Count(entry => entry.Id.Id == 305).Should().Be(sessionOnly ? 0 : 1);
    }

    private static IReadOnlyList<AgentFunction> Cook()
    {
        var services = new ServiceCollection();
        services.AddRealtimeClient(options => options.ApiKey = "sk-emulator");
        services.AddRealtimeAgent(new RealtimeAgent { Name = "cook", Session = new() { Model = "gpt-realtime-2.1" } })
            .AddFunction("cook", "Cooks.", (_, _) => Task.FromResult("Cooked."));
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredKeyedService<RealtimeAgent>("cook").Functions;
    }

    private static Task<TestApp> StartAsync(
        Door door,
        Func<HttpContext, RealtimeConversationOptions, CancellationToken, ValueTask<RealtimeConversationOptions?>> prepare,
        Func<AgentContext, CancellationToken, ValueTask<RealtimeAgent>>? agentPrepare = null,
        bool sessionOnly = false) => TestApp.StartAsync(
            app =>
            {
                var options = new RealtimeEndpointOptions { Prepare = prepare, SessionOnly = sessionOnly };
                var agent = agentPrepare is null ? "waiter" : "maitre";
                door.Map(app, TestApp.Token, options, agent).RequireAuthorization();
            },
            builder => builder.Services.AddRealtimeAgent(new RealtimeAgent { Name = "maitre", Session = new() { Model = "gpt-realtime-2.1" }, Prepare = agentPrepare }));
}
