if (args is ["--help"])
{
    Console.WriteLine(Usage.Text);
    return 0;
}
try
{
    return await Server.ServeAsync(Arguments.Parse(args)) ? 0 : 2;
}
catch (Exception e) when (e is ArgumentException or FormatException or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}
