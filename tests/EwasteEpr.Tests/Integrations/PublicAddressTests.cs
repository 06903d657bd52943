using System.Net;
using EwasteEpr.Integrations;

namespace EwasteEpr.Tests.Integrations;

/// <summary>Nobody makes our server knock inside: every way to write such an address, and some that are fine.</summary>
public sealed class PublicAddressTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.0.1")]
    [InlineData("10.255.255.255")]
    [InlineData("100.64.0.1")] // carrier-grade NAT
    [InlineData("100.127.255.254")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("169.254.169.254")] // where clouds keep their secrets
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.8")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.0.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.7")]
    [InlineData("203.0.113.7")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::127.0.0.1")] // IPv4-compatible
    [InlineData("64:ff9b::a00:1")] // NAT64 of 10.0.0.1
    [InlineData("64:ff9b:1::1")]
    [InlineData("100::1")]
    [InlineData("2001::1")] // Teredo
    [InlineData("2001:db8::1")]
    [InlineData("2002:a00:1::1")] // 6to4 of 10.0.0.1
    [InlineData("2002:7f00:1::1")]
    [InlineData("3fff::1")]
    [InlineData("5f00::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%2")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void Address_InsideOrSpecial_IsRefused(string address) => Assert.False(PublicAddress.Is(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("8.8.8.8")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.1")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.1")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("192.167.255.255")]
    [InlineData("192.169.0.1")]
    [InlineData("223.255.255.254")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450:4010::64")]
    public void Address_OutInTheInternet_IsAllowed(string address) => Assert.True(PublicAddress.Is(IPAddress.Parse(address)));

    [Theory]
    [InlineData("https://hooks.example.kz/ewaste?key=1", EndpointProblem.None, "https://hooks.example.kz/ewaste?key=1")]
    [InlineData("  https://HOOKS.example.kz:8443/a b  ", EndpointProblem.None, "https://hooks.example.kz:8443/a%20b")]
    [InlineData("https://8.8.8.8/x", EndpointProblem.None, "https://8.8.8.8/x")]
    [InlineData("", EndpointProblem.Missing, "")]
    [InlineData("hooks.example.kz", EndpointProblem.NotAnAddress, "")]
    [InlineData("https:///x", EndpointProblem.NotAnAddress, "")]
    [InlineData("http://hooks.example.kz/", EndpointProblem.NotHttps, "")]
    [InlineData("ftp://hooks.example.kz/", EndpointProblem.NotHttps, "")]
    [InlineData("file:///etc/passwd", EndpointProblem.NotAnAddress, "")]
    [InlineData("https://me:secret@hooks.example.kz/", EndpointProblem.HasSecretOrFragment, "")]
    [InlineData("https://hooks.example.kz/#x", EndpointProblem.HasSecretOrFragment, "")]
    [InlineData("https://hooks.example.kz:22/", EndpointProblem.PortNotAllowed, "")]
    [InlineData("https://hooks.example.kz:5432/", EndpointProblem.PortNotAllowed, "")]
    [InlineData("https://localhost/", EndpointProblem.NotPublic, "")]
    [InlineData("https://localhost./", EndpointProblem.NotPublic, "")]
    [InlineData("https://a.localhost/", EndpointProblem.NotPublic, "")]
    [InlineData("https://printer.local/", EndpointProblem.NotPublic, "")]
    [InlineData("https://metadata.google.internal/", EndpointProblem.NotPublic, "")]
    [InlineData("https://intranet/", EndpointProblem.NotPublic, "")]
    [InlineData("https://127.0.0.1/", EndpointProblem.NotPublic, "")]
    [InlineData("https://127.1/", EndpointProblem.NotPublic, "")]
    [InlineData("https://2130706433/", EndpointProblem.NotPublic, "")]
    [InlineData("https://0x7f.0.0.1/", EndpointProblem.NotPublic, "")]
    [InlineData("https://0177.0.0.1/", EndpointProblem.NotPublic, "")]
    [InlineData("https://10.1.2.3/", EndpointProblem.NotPublic, "")]
    [InlineData("https://169.254.169.254/latest/meta-data", EndpointProblem.NotPublic, "")]
    [InlineData("https://[::1]/", EndpointProblem.NotPublic, "")]
    [InlineData("https://[::ffff:192.168.0.1]/", EndpointProblem.NotPublic, "")]
    [InlineData("https://[fd00::1]/", EndpointProblem.NotPublic, "")]
    public void Endpoint_IsTakenOrRefusedWithItsReason(string text, EndpointProblem expected, string kept) =>
        Assert.Equal((expected, kept), (EndpointAddress.Check(text, out var address), address));
}
