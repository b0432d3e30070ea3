using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Tests.Transport.Http;

public sealed class BodyLimitTests
{
    private const int Limit = 64 * 1024;

    [Theory]
    [InlineData(200)]
    [InlineData(401)]
    public async Task A_body_that_never_ends_is_given_up_on(int status)
    {
        long sent = 0;
        await using var server = new RawServer(async (stream, token) =>
        {
            await Head(stream, $"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n\r\n", token);
            var block = Encoding.ASCII.GetBytes(new string(' ', 8192));
            while (true)
            {
                await stream.WriteAsync(block, token);
                sent += block.Length;
            }
        });
        using var client = Client(server);

        var error = await Refused(client);

        ((int)error.StatusCode!.Value).Should().Be(status);
        error.Kind.Should().Be(status == 200 ? RealtimeApiErrorKind.InvalidResponse : RealtimeApiErrorKind.Authentication);
        await server.StopAsync();
        sent.Should().BeLessThan(64 * 1024 * 1024, "only the buffers of two sockets lie between");
    }

    [Fact]
    public async Task A_length_above_the_limit_is_refused_before_a_byte_of_it_is_read()
    {
        await using var server = new RawServer($"HTTP/1.1 200 OK\r\nContent-Length: {Limit + 1}\r\n\r\n");
        using var client = Client(server);

        var error = await Refused(client);

        error.Message.Should().Be($"The server responded to CreateClientSecretAsync with 200, but its body is larger than {Limit} bytes.");
    }

    [Fact]
    public async Task A_gzip_bomb_is_given_up_on_when_it_has_grown_too_large()
    {
        var bomb = Compressed(new byte[64 * 1024 * 1024]);
        await using var server = new RawServer(async (stream, token) =>
        {
            await Head(stream, $"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {bomb.Length}\r\n\r\n", token);
            await stream.WriteAsync(bomb, token);
        });
        using var client = Client(server, limit: 256 * 1024);

        var error = await Refused(client);

        bomb.Length.Should().BeLessThan(256 * 1024);
        error.Kind.Should().Be(RealtimeApiErrorKind.InvalidResponse);
    }

    [Fact]
    public async Task A_compressed_answer_is_read()
    {
        var body = Compressed(Encoding.ASCII.GetBytes(Answers.SecretBody));
        await using var server = new RawServer(async (stream, token) =>
        {
            await Head(stream, $"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {body.Length}\r\n\r\n", token);
            await stream.WriteAsync(body, token);
        });
        using var client = Client(server);

        var secret = await client.CreateClientSecretAsync(new ClientSecretRequest()).WithTimeout();

        secret.Value.Should().Be("ek_test");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 27\r\n\r\n<html>ek_canary, log in here")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n{\"value\":\"ek_canary\",")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n[{\"value\":\"ek_canary\"}]x")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n{\"value\":[\"ek_canary\",0]}")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 28\r\n\r\n{\"value\":\"ek_canary\"} trailing")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"value\":\"\"}")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"value\":null}")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull")]
    public async Task Success_that_holds_no_secret_is_an_invalid_response_that_quotes_nothing(string answer)
    {
        await using var server = new RawServer(answer);
        using var client = Client(server);

        var error = await Refused(client);

        error.Kind.Should().Be(RealtimeApiErrorKind.InvalidResponse);
        error.Attempts.Should().Be(1);
        error.ToString().Should().NotContain("canary");
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("<html>ek_canary</html>", null)]
    [InlineData("{\"error\":", null)]
    [InlineData("{\"error\":{\"message\":[1],\"code\":42,\"type\":null}}", "42")]
    [InlineData("{\"error\":\"plain words\"}", "plain words")]
    [InlineData("{\"code\":\"flat\",\"message\":\"words\"}", "flat")]
    [InlineData("[]", null)]
    [InlineData("{\"error\":{\"message\":\"\\ud800\"}}", null)]
    public async Task A_broken_error_body_never_hides_the_status(string body, string? shown)
    {
        await using var server = new RawServer($"HTTP/1.1 403 Forbidden\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        using var client = Client(server);

        var error = await Refused(client);

        error.Kind.Should().Be(RealtimeApiErrorKind.Permission);
        error.ToString().Should().NotContain("canary");
        if (shown is not null)
            error.Message.Should().Contain(shown);
    }

    [Fact]
    public async Task A_body_that_hangs_ends_at_the_deadline_of_the_attempt()
    {
        var time = new FakeTimeProvider();
        await using var server = new RawServer(async (stream, token) =>
        {
            await Head(stream, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", token);
            await Task.Delay(Timeout.Infinite, token);
        });
        using var client = Client(server, time: time);

        var create = client.CreateClientSecretAsync(new ClientSecretRequest());
        await server.Received.WithTimeout();
        time.Advance(TimeSpan.FromSeconds(30));

        var error = (await ((Func<Task>)(() => create.WithTimeout())).Should().ThrowAsync<RealtimeTimeoutException>()).Which;
        error.Deadline.Should().Be(RealtimeDeadline.Attempt);
        error.Timeout.Should().Be(TimeSpan.FromSeconds(30));
        error.IsDeliveryUncertain.Should().BeTrue();
        server.Connections.Should().Be(1, "what may have been done is not asked for again");
    }

    [Fact]
    public async Task A_body_that_drips_ends_at_the_deadline_too()
    {
        var time = new FakeTimeProvider();
        await using var server = new RawServer(async (stream, token) =>
        {
            await Head(stream, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", token);
            for (var second = 0; second < 40; second++)
            {
                await stream.WriteAsync(" "u8.ToArray(), token);
                time.Advance(TimeSpan.FromSeconds(1));
            }
            await Task.Delay(Timeout.Infinite, token);
        });
        using var client = Client(server, time: time);

        var create = () => client.CreateClientSecretAsync(new ClientSecretRequest()).WithTimeout();

        (await create.Should().ThrowAsync<RealtimeTimeoutException>()).Which.Deadline.Should().Be(RealtimeDeadline.Attempt);
    }

    [Fact]
    public async Task An_error_body_that_hangs_still_tells_the_status()
    {
        var time = new FakeTimeProvider();
        var headSent = new TaskCompletionSource();
        await using var server = new RawServer(async (stream, token) =>
        {
            await Head(stream, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 100\r\n\r\n{", token);
            headSent.SetResult();
            await Task.Delay(Timeout.Infinite, token);
        });
        var answered = new TaskCompletionSource();
        using var announcing = new Announcing(answered);
        using var client = new RealtimeClient(announcing, new RealtimeClientOptions { ApiKey = "sk-1", BaseUrl = server.BaseUrl, TimeProvider = time });

        var create = client.CreateClientSecretAsync(new ClientSecretRequest());
        await headSent.Task.WithTimeout();
        await answered.Task.WithTimeout();
        time.Advance(TimeSpan.FromSeconds(30));

        (await ((Func<Task>)(() => create.WithTimeout())).Should().ThrowAsync<RealtimeApiException>())
            .Which.Kind.Should().Be(RealtimeApiErrorKind.Authentication);
    }

    private static RealtimeClient Client(RawServer server, int limit = Limit, TimeProvider? time = null) => new(new RealtimeClientOptions
    {
        ApiKey = "sk-1",
        BaseUrl = server.BaseUrl,
        MaxResponseBytes = limit,
        TimeProvider = time,
    });

    private static async Task<RealtimeApiException> Refused(RealtimeClient client)
    {
        var create = () => client.CreateClientSecretAsync(new ClientSecretRequest()).WithTimeout();
        return (await create.Should().ThrowAsync<RealtimeApiException>()).Which;
    }

    private static Task Head(NetworkStream stream, string head, CancellationToken token) => stream.WriteAsync(Encoding.ASCII.GetBytes(head), token).AsTask();

    private static byte[] Compressed(byte[] content)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal))
            gzip.Write(content);
        return buffer.ToArray();
    }

    /// <summary>Says when the head of an answer has reached the client.</summary>
    private sealed class Announcing(TaskCompletionSource answered) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            answered.TrySetResult();
            return answer;
        }
    }
}
