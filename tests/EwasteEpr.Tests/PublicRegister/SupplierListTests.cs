using EwasteEpr.PublicRegister.Register;

namespace EwasteEpr.Tests.PublicRegister;

public sealed class SupplierListTests
{
    [Theory]
    [InlineData("040340008429", "040340008429")]
    [InlineData(" 0403 4000 8429 \r\n\r\n240140000203", "0403 4000 8429|240140000203")]
    [InlineData("ТОО Ромашка 2000\t040340008429\t12", "040340008429")]
    [InlineData("040340008429; 240140000203,240140000203", "040340008429|240140000203|240140000203")]
    [InlineData("ТОО Ромашка", "ТОО Ромашка")]
    [InlineData("", "")]
    public void Read_TakesTheNumberOutOfTheLine(string pasted, string numbers) => Assert.Equal(numbers, string.Join('|', SupplierList.Read(pasted)));
}
