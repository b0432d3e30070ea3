using System.Text;

namespace Realtime.Sdk.Tests.Connections;

/// <summary>What a connection allocates to read a message of an odd shape: alone in its collection, since the whole process is counted.</summary>
[Collection(nameof(AloneCollection))]
public sealed class ReadingCostTests
{
    private const int BytesPerByte = 4, Constant = 2 * 1024, Rounds = 20, Batches = 4;

    [Theory]
    [InlineData("""{"type":"response.output_text.delta","delta":"a",*}""", "\"x\":0")]
    [InlineData("""{"type":"response.output_text.delta","delta":"a","later":[*]}""", "[0]")]
    [InlineData("""{"type":"response.done","response":{"output":[*]}}""", "{\"type\":\"message\"}")]
    [InlineData("""{"type":"response.done","response":{"metadata":{*}}}""", "\"k\":\"v\"")]
    [InlineData("""{"type":"response.done","response":{"output":[*]}}""", "{\"type\":\"x\"}")]
    [InlineData("""{"type":"new.event","later":[*]}""", "{}")]
    [InlineData("""{"type":"session.updated","session":{"type":"realtime","tools":[*]}}""", "{\"type\":\"mcp\"}")]
    [InlineData("""{"type":"session.updated","session":{"type":"new","later":[*]}}""", "0")]
    [InlineData("""{"type":"response.done","response":{"output":[*,{"type":"message","content":5}]}}""", "{}")]
    public async Task A_message_of_any_shape_costs_at_most_four_times_its_size(string format, string element)
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        foreach (var size in new[] { 4 * 1024, 60 * 1024 })
        {
            var message = format.Replace("*", string.Join(',', Enumerable.Repeat(element, size / (element.Length + 1))), StringComparison.Ordinal);
            var frame = Frame(message);

            var each = await LeastAsync(async () =>
            {
                test.Pair.ServerTcp.Send(frame);
                await test.ReadAsync();
            });

            each.Should().BeLessThanOrEqualTo((BytesPerByte * message.Length) + Constant, "{0} bytes of {1} came", message.Length, element);
        }
    }

    /// <summary>The least of several batches: what the runtime does beside the test only ever adds.</summary>
    private static async Task<double> LeastAsync(Func<Task> round)
    {
        var least = double.MaxValue;
        for (var batch = 0; batch < Batches; batch++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < Rounds; i++)
                await round();
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Rounds);
        }
        return least;
    }

    private static byte[] Frame(string json)
    {
        var text = Encoding.UTF8.GetBytes(json);
        return [0x81, 126, (byte)(text.Length >> 8), (byte)text.Length, .. text];
    }
}
