/** Several agents behind one server, which is not exported. */
import { AgentBase, AgentServer, DataMap } from 'sallyport';

const sales = new AgentBase({ name: 'sales', route: '/sales' });
sales.registerSwaigFunction(
  new DataMap('weather')
    .purpose('Tells the weather')
    .webhook('GET', 'https://user:hunter2@weather.example/')
    .toSwaigFunction(),
);
sales.defineTool({
  name: 'order',
  description: 'Orders',
  webhookUrl: 'https://orders.example/swaig?token=hunter2',
  handler: () => 'never here',
});
const support = new AgentBase({ name: 'support', route: '/support' });
support.defineTool({ name: 'help', description: 'Helps', handler: () => 'Helped.' });

const server = new AgentServer({ host: '127.0.0.1', port: 0 });
server.register(sales).register(support);
await server.run();
setInterval(() => {}, 60_000); // keeps the process, as a connection to a database would
