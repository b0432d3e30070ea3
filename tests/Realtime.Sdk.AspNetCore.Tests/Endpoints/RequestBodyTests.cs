using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.AspNetCore.Tests.Endpoints;

/// <summary>Bodies that arrive slowly, or not at all.</summary>
public sealed class RequestBodyTests
{
    private static readonly TimeSpan BodyTimeout = TimeSpan.FromSeconds(7);

    [Theory]
    [MemberData(nameof(Door.WithBody), MemberType = typeof(Door))]
    public async Task A_body_that_does_not_arrive_in_time_is_refused(Door door)
    {
        var time = new WaitingTime();
        await using var app = await StartAsync(door, time);
        using var request = await RawRequest.BeginAsync(app, door, "Content-Length: 100", door.Body[..1]);
        await time.IsWaitedFor.Task.WithTimeout();

        time.Advance(BodyTimeout);

        var response = await request.ReceiveAsync();
        response.Should().StartWith("HTTP/1.1 408 ").And.Contain("Cache-Control: no-store").And.Contain("\"title\":\"The body of the request did not arrive in time.\"");
        request.Finish();
        await app.App.StopAsync().WithTimeout();
        app.Emulator.Requests.Should().BeEmpty();
        ExpectNoErrors(app);
    }

    [Theory]
    [MemberData(nameof(Door.WithBody), MemberType = typeof(Door))]
    public async Task A_body_that_arrives_just_in_time_is_accepted(Door door)
    {
        var time = new WaitingTime();
        await using var app = await StartAsync(door, time);
        using var request = await RawRequest.BeginAsync(app, door, $"Content-Length: {door.Body.Length}", door.Body[..1]);
        await time.IsWaitedFor.Task.WithTimeout();

        time.Advance(BodyTimeout - TimeSpan.FromTicks(1));
        await request.SendAsync(door.Body[1..]);

        (await request.ReceiveAsync()).Should().StartWith($"HTTP/1.1 {(int)door.Success} ");
    }

    [Theory]
    [MemberData(nameof(Door.WithBody), MemberType = typeof(Door))]
    public async Task A_body_with_broken_chunks_is_refused(Door door)
    {
        await using var app = await StartAsync(door);
        using var request = await RawRequest.BeginAsync(app, door, "Transfer-Encoding: chunked", "no chunk\r\n");

        var response = await request.ReceiveAsync();

        response.Should().StartWith("HTTP/1.1 400 ").And.Contain("\"title\":\"The body of the request could not be read.\"");
        app.Emulator.Requests.Should().BeEmpty();
        ExpectNoErrors(app);
    }

    [Theory]
    [MemberData(nameof(Door.WithBody), MemberType = typeof(Door))]
    public Task A_connection_that_is_cut_during_the_body_is_not_an_error(Door door) => BreakOffAsync(door, request => request.Reset());

    [Theory]
    [MemberData(nameof(Door.WithBody), MemberType = typeof(Door))]
    public Task A_connection_that_ends_during_the_body_is_not_an_error(Door door) => BreakOffAsync(door, request => request.Finish());

    [Theory]
    [MemberData(nameof(Door.WithBody), MemberType = typeof(Door))]
    public async Task A_length_beyond_the_limit_is_refused_before_the_body_arrives(Door door)
    {
        await using var app = await StartAsync(door);
        using var request = await RawRequest.BeginAsync(app, door, $"Content-Length: {door.MaxBytes + 1}");

        var response = await request.ReceiveAsync();

        response.Should().StartWith("HTTP/1.1 413 ").And.Contain($"\"title\":\"The body of the request is larger than {door.MaxBytes} bytes.\"");
    }

    private static Task<TestApp> StartAsync(Door door, TimeProvider? time = null, Action<WebApplication>? use = null) => TestApp.StartAsync(
        app =>
        {
            use?.Invoke(app);
            door.Map(app, TestApp.Token, new() { BodyTimeout = BodyTimeout }).RequireAuthorization();
        },
        builder =>
        {
            builder.Services.AddSingleton<IRealtimeCallHost>(new IdleCallHost());
            if (time is not null)
                builder.Services.AddSingleton(time);
        });

    private static async Task BreakOffAsync(Door door, Action<RawRequest> breakOff)
    {
        var time = new WaitingTime();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await StartAsync(door, time, app => app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            finally
            {
                ended.TrySetResult();
            }
        }));
        using var request = await RawRequest.BeginAsync(app, door, "Content-Length: 100", door.Body[..1]);
        await time.IsWaitedFor.Task.WithTimeout();

        breakOff(request);

        await ended.Task.WithTimeout();
        await app.App.StopAsync().WithTimeout();
        app.Emulator.Requests.Should().BeEmpty();
        ExpectNoErrors(app);
    }

    private static void ExpectNoErrors(TestApp app) => app.Logs.GetSnapshot().Should().NotContain(entry => entry.Level >= LogLevel.Error);

    /// <summary>Reports when the body is waited for.</summary>
    private sealed class WaitingTime : FakeTimeProvider
    {
        public TaskCompletionSource IsWaitedFor { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == BodyTimeout)
                IsWaitedFor.TrySetResult();
            return timer;
        }
    }
}
