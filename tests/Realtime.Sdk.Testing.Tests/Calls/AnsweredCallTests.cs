using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Sdk.Testing.Tests.Conversations;

namespace Realtime.Sdk.Testing.Tests.Calls;

/// <summary>Calls that were answered with an agent: the attachment of their conversation, and their end.</summary>
public sealed class AnsweredCallTests : IAsyncLifetime
{
    private const string NotFound = """{"error":{"message":"No session found for the provided call_id.","type":"invalid_request_error","code":"call_id_not_found"}}""";
    private const string Refusal = """{"error":{"message":"No.","type":"server_error"}}""";

    private readonly VirtualTime _time = new();
    private RealtimeEmulator _emulator = null!;
    private RealtimeClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true, TimeProvider = _time });
        _client = _emulator.CreateClient(options => options.MaxRetries = 0);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _emulator.DisposeAsync();
    }

    [Fact]
    public async Task The_call_has_the_session_of_the_agent_for_its_user_and_is_prepared_once()
    {
        var prepared = new List<string?>();
        var agent = ScriptedConversation.Agent with
        {
            Prepare = (context, _) =>
            {
                prepared.Add(context.User?.Identity?.Name);
                return ValueTask.FromResult(context.Agent.WithInstructions("Take the order of Ann."));
            },
        };
        var user = new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.Name, "Ann")]));

        var call = await _client.AnswerCallAsync(Offers.Browser, agent, new() { User = user }).WithTimeout();
        var begun = ((RealtimeSessionConfiguration)_emulator.Calls.Single().Session!.Configuration!).Instructions;
        await using var conversation = await _time.RunUntilAsync(call.AttachConversationAsync()).WithTimeout();

        begun.Should().Be("Take the order of Ann.");
        (call.CallId, call.Agent, call.ToString()).Should().Be((_emulator.Calls.Single().Id, "waiter", $"AnsweredCall {{ CallId = {call.CallId}, Agent = waiter }}"));
        call.Sdp.Should().StartWith("v=0\r\n");
        ((RealtimeSessionConfiguration)conversation.Session!.Configuration!).Instructions.Should().Be("Take the order of Ann.");
        prepared.Should().Equal("Ann");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public async Task A_call_that_the_service_does_not_know_yet_is_joined_when_it_does(int refusals)
    {
        var call = await AnswerAsync();
        for (var i = 0; i < refusals; i++)
            _emulator.RespondNext(404, NotFound);

        await using var conversation = await _time.RunUntilAsync(call.AttachConversationAsync()).WithTimeout();

        conversation.Completion.IsCompleted.Should().BeFalse();
        Upgrades.Should().HaveCount(refusals + 1);
        _time.Elapsed.Should().Be(refusals == 1 ? TimeSpan.FromSeconds(0.25) : TimeSpan.FromSeconds(0.25 + 0.5 + 1 + 2 + 2 + 2));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task A_transient_refusal_of_the_connection_is_tried_again(int status)
    {
        var call = await AnswerAsync();
        _emulator.RespondNext(status, Refusal);
        _emulator.RespondNext(new EmulatorHttpResponse { Fault = new() { End = ConnectionFailure.Reset } });

        await using var conversation = await _time.RunUntilAsync(call.AttachConversationAsync()).WithTimeout();

        Upgrades.Should().HaveCount(3);
    }

    [Fact]
    public async Task The_attempts_end_before_the_attach_timeout()
    {
        var call = await AnswerAsync(new() { Limits = new() { AttachTimeout = TimeSpan.FromSeconds(3) } });
        for (var i = 0; i < 20; i++)
            _emulator.RespondNext(404, NotFound);

        var attaching = _time.RunUntilAsync(call.AttachConversationAsync());

        var refusal = (await attaching.Invoking(task => task.WithTimeout()).Should().ThrowAsync<RealtimeApiException>()).Which;
        refusal.Kind.Should().Be(RealtimeApiErrorKind.NotFound);
        (_time.Elapsed, Upgrades.Count).Should().Be((TimeSpan.FromSeconds(0.25 + 0.5 + 1), 4));
        _emulator.Calls.Single().State.Should().Be(EmulatedCallState.Active);
    }

    [Fact]
    public async Task A_refusal_that_will_not_change_is_not_tried_again()
    {
        var call = await AnswerAsync();
        _emulator.RespondNext(401, """{"error":{"message":"No.","type":"invalid_request_error","code":"invalid_api_key"}}""");

        await call.Invoking(call => call.AttachConversationAsync().WithTimeout()).Should().ThrowAsync<RealtimeException>();

        Upgrades.Should().ContainSingle();
    }

    [Fact]
    public async Task The_attempts_can_be_canceled()
    {
        var call = await AnswerAsync();
        _emulator.RespondNext(404, NotFound);
        using var cancellation = new CancellationTokenSource();

        var attaching = call.AttachConversationAsync(cancellation.Token);
        await _emulator.WhenReceivedAsync(2).WithTimeout();
        await cancellation.CancelAsync();

        await attaching.Invoking(task => task.WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task Many_callers_hang_up_once()
    {
        var call = await AnswerAsync();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => call.HangUpAsync()))).WithTimeout();
        await call.HangUpAsync().WithTimeout();

        HangUps.Should().ContainSingle();
        _emulator.Calls.Single().Should().Match<EmulatedCall>(ended => ended.State == EmulatedCallState.Ended && ended.EndedBy == EmulatedCallParty.Application);
    }

    [Fact]
    public async Task A_caller_that_no_longer_waits_does_not_cancel_the_hang_up_of_the_others()
    {
        var call = await AnswerAsync();
        _emulator.RespondNext(new EmulatorHttpResponse { Delay = TimeSpan.FromSeconds(1) });
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        await call.Invoking(call => call.HangUpAsync(cancellation.Token).WithTimeout()).Should().ThrowAsync<OperationCanceledException>();
        await _emulator.WhenReceivedAsync(2).WithTimeout();
        await _emulator.WhenIdleAsync().WithTimeout();
        await _time.AdvanceAsync(TimeSpan.FromSeconds(1)).WithTimeout();
        await call.HangUpAsync().WithTimeout();

        HangUps.Should().ContainSingle();
        _emulator.Calls.Single().State.Should().Be(EmulatedCallState.Ended);
    }

    [Fact]
    public async Task A_failed_hang_up_is_requested_again_by_the_next_caller()
    {
        var call = await AnswerAsync();
        _emulator.RespondNext(500, Refusal);

        await call.Invoking(call => call.HangUpAsync().WithTimeout()).Should().ThrowAsync<RealtimeApiException>();
        await call.HangUpAsync().WithTimeout();
        await call.HangUpAsync().WithTimeout();

        HangUps.Should().HaveCount(2);
        _emulator.Calls.Single().State.Should().Be(EmulatedCallState.Ended);
    }

    [Fact]
    public async Task A_call_that_has_ended_already_is_hung_up()
    {
        var call = await AnswerAsync();
        await _client.Calls.HangUpAsync(call.CallId).WithTimeout();

        await call.HangUpAsync().WithTimeout();

        HangUps.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_spent_budget_and_the_app_hang_up_once()
    {
        var call = await AnswerAsync(new() { Budget = new() { Time = TimeSpan.FromSeconds(5), OnSpent = WhenSpent.EndImmediately } });
        await using var conversation = await _time.RunUntilAsync(call.AttachConversationAsync()).WithTimeout();

        await _time.AdvanceAsync(TimeSpan.FromSeconds(5)).WithTimeout();
        var end = await conversation.Completion.WithTimeout();
        await call.HangUpAsync().WithTimeout();

        end.Reason.Should().Be(ConversationEndReason.BudgetSpent);
        HangUps.Should().ContainSingle();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("/")]
    public async Task An_answer_without_the_ID_of_the_call_is_refused(string? location)
    {
        _emulator.RespondNext(201, "v=0\r\n", location is null ? null : new Dictionary<string, string> { ["Location"] = location });

        var answering = _client.Awaiting(client => client.AnswerCallAsync(Offers.Browser, ScriptedConversation.Agent).WithTimeout());

        (await answering.Should().ThrowAsync<RealtimeProtocolException>()).Which.Message.Should().Contain("without a Location header, so the call has no ID");
    }

    [Fact]
    public async Task A_refused_offer_and_a_failing_callback_begin_no_call()
    {
        var broken = ScriptedConversation.Agent with { Prepare = (_, _) => throw new TimeZoneNotFoundException() };

        await _client.Awaiting(client => client.AnswerCallAsync("not SDP", ScriptedConversation.Agent).WithTimeout()).Should().ThrowAsync<RealtimeApiException>();
        await _client.Awaiting(client => client.AnswerCallAsync(Offers.Browser, broken).WithTimeout()).Should().ThrowAsync<TimeZoneNotFoundException>();

        _emulator.Calls.Should().BeEmpty();
        _emulator.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task A_factory_prepares_its_agent_for_a_user_with_the_services_of_the_application()
    {
        var services = new ServiceCollection();
        services.AddRealtimeClient(options => (options.BaseUrl, options.ApiKey) = (_emulator.BaseUrl, _emulator.ApiKey));
        services.AddSingleton("soup");
        services.AddRealtimeAgent(ScriptedConversation.Agent with
        {
            Prepare = (context, _) => ValueTask.FromResult(
                context.Agent.WithInstructions($"Offer {context.Services.GetRequiredService<string>()} to {context.User?.Identity?.Name ?? "a guest"}.")),
        });
        await using var provider = services.BuildServiceProvider();
        var factory = provider.GetRequiredConversationFactory("waiter");
        var user = new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.Name, "Ann")]));

        var prepared = await factory.PrepareAgentAsync(new() { User = user }).WithTimeout();
        var guest = await factory.PrepareAgentAsync().WithTimeout();

        (prepared.Session.Instructions, guest.Session.Instructions).Should().Be(("Offer soup to Ann.", "Offer soup to a guest."));
        _emulator.Requests.Should().BeEmpty();
    }

    private IReadOnlyList<RecordedRequest> Upgrades => [.. _emulator.Requests.Where(request => request.IsUpgrade)];

    private IReadOnlyList<RecordedRequest> HangUps => [.. _emulator.Requests.Where(request => request.Path.EndsWith("/hangup", StringComparison.Ordinal))];

    private async Task<AnsweredCall> AnswerAsync(RealtimeConversationOptions? options = null) =>
        await _client.AnswerCallAsync(Offers.Browser, ScriptedConversation.Agent, options).WithTimeout();
}
