using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Testing.Tests.Http;

public sealed class ScriptedAnswerTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Scripted_answers_are_given_once_each_in_their_order()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = EmulatorCaller.Of(emulator);
        emulator.RespondNext(429, """{"error":{"code":"rate_limit_exceeded"}}""", new Dictionary<string, string> { ["Retry-After"] = "3" });
        emulator.RespondNext(503);

        var replies = new[] { await caller.PostAsync("realtime/client_secrets"), await caller.PostAsync("any"), await caller.PostAsync("realtime/client_secrets") };

        replies.Select(r => (int)r.Status).Should().Equal(429, 503, 200);
        replies[0].ErrorCode.Should().Be("rate_limit_exceeded");
        replies[0].Headers["Retry-After"].Should().Be("3");
        replies[1].Body.Should().BeEmpty();
    }

    [Fact]
    public async Task A_scripted_answer_is_given_as_it_was_scripted()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = EmulatorCaller.Of(emulator);
        var (body, headers) = (Encoding.UTF8.GetBytes("first"), new Dictionary<string, string> { ["X-Answer"] = "first" });
        emulator.RespondNext(new EmulatorHttpResponse { StatusCode = 200, Body = body, Headers = headers });

        body.AsSpan().Fill((byte)'x');
        headers["X-Answer"] = "second";
        var reply = await caller.PostAsync("realtime/client_secrets");

        reply.Body.Should().Be("first");
        reply.Headers["X-Answer"].Should().Be("first");
    }

    [Theory]
    [InlineData(204)]
    [InlineData(205)]
    [InlineData(304)]
    public async Task An_answer_without_a_body_is_given_with_its_headers(int status)
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = EmulatorCaller.Of(emulator);
        emulator.RespondNext(status, "none", new Dictionary<string, string> { ["X-Answer"] = "given" });

        var reply = await caller.PostAsync("realtime/client_secrets").WithTimeout();

        ((int)reply.Status).Should().Be(status);
        reply.Headers["X-Answer"].Should().Be("given");
        reply.Body.Should().BeEmpty();
    }

    [Fact]
    public async Task A_delayed_answer_comes_when_the_emulators_time_has_passed()
    {
        var time = new FakeTimeProvider(Noon);
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = time });
        using var caller = EmulatorCaller.Of(emulator);
        emulator.RespondNext(new EmulatorHttpResponse { Delay = TimeSpan.FromMinutes(5) });

        var reply = caller.PostAsync("realtime/client_secrets");
        await emulator.WhenReceivedAsync(1);
        await emulator.WhenIdleAsync();
        reply.IsCompleted.Should().BeFalse();
        time.Advance(TimeSpan.FromMinutes(5));

        (await reply).Status.Should().Be(HttpStatusCode.OK);
        (await reply).Headers["Date"].Should().Be("Mon, 04 May 2026 12:05:00 GMT");
    }

    [Fact]
    public async Task Requests_are_recorded_with_all_that_a_test_may_ask_for()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = new FakeTimeProvider(Noon), ApiKey = "sk-canary-key" });
        using var caller = EmulatorCaller.Of(emulator);

        await caller.PostAsync("realtime/calls/a%2Fb/hangup?x=1", "{\"süß\":1}");

        var request = emulator.Requests.Should().ContainSingle().Subject;
        request.Method.Should().Be("POST");
        request.Path.Should().Be("/v1/realtime/calls/a%2Fb/hangup");
        request.Query.Should().Be("?x=1");
        request.BodyText.Should().Be("{\"süß\":1}");
        request.Body.Length.Should().Be(Encoding.UTF8.GetByteCount(request.BodyText));
        request.Headers["authorization"].Should().Be("Bearer sk-canary-key");
        request.ReceivedAt.Should().Be(Noon);
        request.IsUpgrade.Should().BeFalse();
        string.Create(CultureInfo.InvariantCulture, $"{request}").Should().StartWith("POST /v1/realtime/calls/a%2Fb/hangup?x=…").And.NotContain("canary");
    }

    [Fact]
    public async Task An_answer_that_never_comes_ends_with_the_emulator()
    {
        var emulator = await RealtimeEmulator.StartAsync();
        using var caller = EmulatorCaller.Of(emulator);
        emulator.RespondNext(new EmulatorHttpResponse { Delay = Timeout.InfiniteTimeSpan });
        var reply = caller.PostAsync("realtime/client_secrets");
        await emulator.WhenReceivedAsync(1);
        await emulator.WhenIdleAsync();
        var early = reply.IsCompleted;

        await emulator.DisposeAsync();
        var end = await Record.ExceptionAsync(() => reply);

        early.Should().BeFalse();
        end.Should().BeOfType<HttpRequestException>();
    }
}
